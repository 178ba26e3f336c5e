package earshot.dialect.threadkit;

import earshot.core.history.HistoryUnavailable;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.TokenVerifier;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.RecordingInbox;
import earshot.dialect.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A dialect with one site, two users, tokens that are tables, and a clock that is set by hand. */
final class TestWorld {
    static final String SITE = "00000000-0000-0000-0000-000000000001";
    static final String PUBLIC_KEY = "tk_pub_loadtest_public_key_12345";
    static final String SECRET_KEY = "tk_sec_loadtest_secret_key_12345";
    static final String ANN = "11111111-1111-4111-8111-111111111111";
    static final String BOB = "22222222-2222-4222-8222-222222222222";
    static final String NOBODY = "33333333-3333-4333-8333-333333333333";
    static final String SESSION = "44444444-4444-4444-8444-444444444444";
    static final String PAGE = "550e8400-e29b-41d4-a716-446655440000";
    static final String COMMENT = "0193a5c0-0000-7000-8000-000000000001";
    static final String PARENT = "0193a5c0-0000-7000-8000-000000000000";

    static final Profile PROFILE_OF_ANN = new Profile(
            new UserId("threadkit", ANN),
            "Ann",
            null,
            "{\"karma\":7,\"created_at\":\"2025-12-09T05:32:57.123456Z\",\"total_comments\":3}");
    static final Profile PROFILE_OF_BOB = new Profile(
            new UserId("threadkit", BOB),
            "Bob",
            "https://example.com/bob.png",
            "{\"karma\":0,\"created_at\":\"2025-12-09T05:32:57.123456Z\",\"total_comments\":3,\"social_links\":{\"github\":\"bob\"}}");

    static final RoomId ROOM = new RoomId("threadkit", "", PAGE);

    private static final JsonMapper MAPPER = new JsonMapper();

    final ManualClock clock = new ManualClock();
    final Map<String, Profile> users = new HashMap<>();
    final Map<String, TokenVerifier.Verdict> tokens = new HashMap<>();
    List<String> origins = List.of();
    boolean sitesAnswer = true;
    boolean usersAnswer = true;

    /** Every page is a room of the realm that asks. */
    private static final class OwnRealms implements Realms {
        private final RoomRules rules;

        OwnRealms(RoomRules rules) {
            this.rules = rules;
        }

        @Override
        public RoomId resolve(String dialect, String tenant, String name) {
            return new RoomId(dialect, tenant, name);
        }

        @Override
        public RoomRules rules(RoomId room) {
            return rules;
        }
    }

    private final class Users implements UserBook {
        @Override
        public CompletionStage<Optional<Profile>> find(UserId user) {
            if (!usersAnswer) return CompletableFuture.failedStage(new HistoryUnavailable("test"));
            return CompletableFuture.completedStage(Optional.ofNullable(users.get(user.id())));
        }

        @Override
        public CompletionStage<Void> put(Profile profile) {
            throw new UnsupportedOperationException("not asked by a dialect");
        }
    }

    TestWorld() {
        users.put(ANN, PROFILE_OF_ANN);
        users.put(BOB, PROFILE_OF_BOB);
        tokens.put("ann", valid(claims(ANN)));
        tokens.put("bob", valid(claims(BOB)));
        tokens.put("nobody", valid(claims(NOBODY)));
    }

    static Map<String, Object> claims(String user) {
        Map<String, Object> claims = new HashMap<>();
        claims.put("sub", user);
        claims.put("site_id", SITE);
        claims.put("exp", 4_000_000_000L);
        claims.put("iat", 1_765_258_377);
        claims.put("session_id", SESSION);
        return claims;
    }

    static TokenVerifier.Verdict valid(Map<String, Object> claims) {
        return new TokenVerifier.Verdict.Valid(new Claims(claims));
    }

    ThreadkitDialect dialect() {
        return dialect(ThreadkitConfig.DEFAULT);
    }

    ThreadkitDialect dialect(ThreadkitConfig config) {
        TokenVerifier verifier =
                token -> tokens.getOrDefault(token, new TokenVerifier.Verdict.Invalid(TokenVerifier.Reason.MALFORMED));
        Realms realms = realms(config);
        return new ThreadkitDialect(config, this::site, new Users(), verifier, realms, clock, Meter.NONE);
    }

    static Realms realms(ThreadkitConfig config) {
        return new OwnRealms(config.rules());
    }

    private CompletionStage<Optional<Site>> site(String key) {
        if (!sitesAnswer) return CompletableFuture.failedStage(new HistoryUnavailable("test"));
        boolean known = key.equals(PUBLIC_KEY) || key.equals(SECRET_KEY);
        return CompletableFuture.completedStage(
                known
                        ? Optional.of(new Site(java.util.UUID.fromString(SITE), "example.com", origins))
                        : Optional.empty());
    }

    static HandshakeRequest request(String query) {
        return Handshakes.to("/ws" + query).build();
    }

    Admission admit(String query) {
        return admit(request(query));
    }

    Admission admit(HandshakeRequest request) {
        return dialect().admit(request).toCompletableFuture().join();
    }

    Admission.Accepted accepted(String token) {
        return accepted(ThreadkitConfig.DEFAULT, token);
    }

    Admission.Accepted accepted(ThreadkitConfig config, String token) {
        HandshakeRequest request = request("?project_id=" + PUBLIC_KEY + "&token=" + token);
        return (Admission.Accepted)
                dialect(config).admit(request).toCompletableFuture().join();
    }

    static HttpResponse refusal(Admission admission) {
        return ((Admission.Refused) admission).response();
    }

    /** A connection that is open, with {@code connected} already read. */
    Client client(String token) {
        return client(ThreadkitConfig.DEFAULT, token);
    }

    Client client(ThreadkitConfig config, String token) {
        var client = new Client(accepted(config, token));
        client.conversation.opened(client.inbox);
        client.inbox.clear();
        return client;
    }

    /** One connection, played by hand. */
    static final class Client {
        final Conversation conversation;
        final RecordingInbox inbox = new RecordingInbox();

        Client(Admission.Accepted accepted) {
            conversation = accepted.conversation()
                    .apply(Samples.session("threadkit", accepted.tenant(), accepted.user(), accepted.permissions()));
        }

        /** What came of one text frame alone. */
        RecordingInbox says(String text) {
            return says(Frame.text(text));
        }

        RecordingInbox says(Frame frame) {
            inbox.clear();
            conversation.decode(frame, inbox);
            return inbox;
        }

        RecordingInbox subscribes(String page) {
            return says(subscribe(page));
        }
    }

    static String subscribe(String page) {
        return call("subscribe", "{\"page_id\":\"" + page + "\"}");
    }

    static String unsubscribe(String page) {
        return call("unsubscribe", "{\"page_id\":\"" + page + "\"}");
    }

    static String typing(String page, String replyTo) {
        return call("typing", "{\"page_id\":\"" + page + "\",\"reply_to\":" + replyTo + "}");
    }

    static String call(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    static String page(int n) {
        return "550e8400-e29b-41d4-a716-%012x".formatted(n);
    }

    static String error(String code, String message) {
        return call("error", "{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}");
    }

    static JsonNode json(String text) {
        return MAPPER.readTree(text);
    }

    static JsonNode json(Frame frame) {
        return MAPPER.readTree(frame.bytes());
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
