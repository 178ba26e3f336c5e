package earshot.dialect.waddle;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.session.Session;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.TokenVerifier;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.RecordingInbox;
import earshot.dialect.testkit.Samples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A waddle dialect with everything around it in the test's hand. Tokens are words; what each says is put with {@link #token}. */
final class Fixture {
    static final RoomId ROOM = new RoomId(WaddleDialect.NAME, "", "chan1");
    static final String ANN = "token-of-ann";

    final Map<String, Map<String, Object>> tokens = new HashMap<>();
    final Map<String, Profile> users = new HashMap<>();
    final StandingClock clock = new StandingClock();
    final AtomicLong ids = new AtomicLong();
    final WaddleDialect dialect;

    Fixture() {
        this(WaddleConfig.DEFAULT, false);
    }

    Fixture(WaddleConfig config, boolean development) {
        token(ANN, Map.of("sub", "u2", "username", "ann", "permissions", List.of("read", "write")));
        dialect = new WaddleDialect(new WaddleDialect.Parts(
                config,
                this::verify,
                new Book(),
                new OneRealm(),
                clock,
                () -> Samples.id(ids.incrementAndGet()),
                Meter.NONE,
                development));
    }

    Fixture token(String token, Map<String, Object> claims) {
        tokens.put(token, claims);
        return this;
    }

    private TokenVerifier.Verdict verify(String token) {
        Map<String, Object> claims = tokens.get(token);
        return claims == null
                ? new TokenVerifier.Verdict.Invalid(TokenVerifier.Reason.BAD_SIGNATURE)
                : new TokenVerifier.Verdict.Valid(new Claims(claims));
    }

    Admission admit(Handshakes handshake) {
        return dialect.admit(handshake.build()).toCompletableFuture().join();
    }

    static HandshakeRequest annsHandshake() {
        return ann().build();
    }

    static Handshakes ann() {
        return Handshakes.to("/channel/chan1/websocket").header("Authorization", "Bearer " + ANN);
    }

    /** A socket of the token's user, right after its upgrade. */
    Socket socket(String token) {
        Admission.Accepted accepted = (Admission.Accepted)
                admit(Handshakes.to("/channel/chan1/websocket").header("Authorization", "Bearer " + token));
        Session session = Samples.session(WaddleDialect.NAME, "", accepted.user(), accepted.permissions());
        return new Socket(session, accepted.conversation().apply(session));
    }

    Socket ann0() {
        return socket(ANN);
    }

    static Profile profile(String id, String name) {
        return Profile.named(new UserId(WaddleDialect.NAME, id), name);
    }

    /** A conversation and what came out of it. */
    static final class Socket {
        final Session session;
        final Conversation conversation;
        final RecordingInbox inbox = new RecordingInbox();

        Socket(Session session, Conversation conversation) {
            this.session = session;
            this.conversation = conversation;
            conversation.opened(inbox);
        }

        /** What came out of this frame alone. */
        RecordingInbox says(String text) {
            inbox.clear();
            conversation.decode(Frame.text(text), inbox);
            return inbox;
        }

        RecordingInbox hears(earshot.core.message.Tag tag, earshot.core.message.Reply reply) {
            inbox.clear();
            conversation.onReply(tag, reply, inbox);
            return inbox;
        }
    }

    /** Stands still until it is moved. */
    static final class StandingClock implements Clock {
        long nanos = 1_000_000_000L;
        long millis = 1_751_447_550_000L;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public long millis() {
            return millis;
        }
    }

    private final class Book implements UserBook {
        @Override
        public CompletionStage<Optional<Profile>> find(UserId user) {
            @Nullable Profile known = users.get(user.id());
            if (user.id().equals("broken"))
                return CompletableFuture.failedStage(new IllegalStateException("no answer"));
            return CompletableFuture.completedStage(Optional.ofNullable(known));
        }

        @Override
        public CompletionStage<Void> put(Profile profile) {
            users.put(profile.user().id(), profile);
            return CompletableFuture.completedStage(null);
        }
    }

    private final class OneRealm implements Realms {
        @Override
        public RoomId resolve(String dialect, String tenant, String name) {
            return new RoomId(dialect, tenant, name);
        }

        @Override
        public RoomRules rules(RoomId room) {
            return dialect.rules();
        }
    }

    static Set<String> words(String... words) {
        return Set.of(words);
    }
}
