package earshot.product.kaiku.sql;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.time.TimeUuid;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.product.kaiku.Knowledge;
import earshot.product.kaiku.MessageIds;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.http.Calls;
import earshot.product.kaiku.http.HttpRules;
import earshot.product.kaiku.http.KaikuApi;
import earshot.product.kaiku.http.Origins;
import earshot.product.kaiku.http.Passwords;
import earshot.product.kaiku.http.RateLimits;
import earshot.product.kaiku.http.Surroundings;
import earshot.product.kaiku.http.Tokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What clients ask over HTTP and what they hear, over tables in memory. */
final class KaikuApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ManualClock clock = new ManualClock();
    private final SqlKaikuStore store = SqlKaikuStore.inMemory();
    private final TestDelivery delivery = new TestDelivery(clock);
    private final List<HttpRoute> routes = routes(RateLimits.Terms.NONE);

    @AfterEach
    void close() {
        store.close();
    }

    // --- a client

    private record Answer(int status, JsonNode body, Map<String, String> headers) {
        Answer is(int expected) {
            assertThat(status).as(body.toString()).isEqualTo(expected);
            return this;
        }

        String text(String member) {
            return body.path(member).asString();
        }
    }

    private record Account(String id, String name, String access, String refresh) {}

    private Answer ask(Account as, String method, String path, String body) {
        Map<String, List<String>> headers = new HashMap<>();
        if (as != null) headers.put("authorization", List.of("Bearer " + as.access));
        return ask(method, path, headers, body);
    }

    private Answer ask(String method, String path, Map<String, List<String>> headers, String body) {
        URI uri = URI.create(path);
        Map<String, List<String>> query = new HashMap<>();
        if (uri.getQuery() != null)
            for (String pair : uri.getQuery().split("&", -1))
                query.put(pair.split("=", -1)[0], List.of(pair.split("=", -1)[1]));
        var request = new HttpRequest(
                method,
                uri.getPath(),
                uri.getRawPath(),
                query,
                headers,
                body.getBytes(StandardCharsets.UTF_8),
                "192.0.2.1",
                false);
        HttpRoute route = routes.stream()
                .filter(r ->
                        uri.getPath().startsWith(r.path().substring(0, r.path().length() - 1)))
                .findFirst()
                .orElseThrow();
        HttpResponse response =
                route.handler().handle(request).toCompletableFuture().join();
        String text = new String(response.body(), StandardCharsets.UTF_8);
        return new Answer(response.status(), JSON.readTree(text.isEmpty() ? "null" : text), response.headers());
    }

    private Account register(String name) {
        Answer made = ask(
                        null,
                        "POST",
                        "/auth/register",
                        "{\"username\":\"%s\",\"password\":\"secret-of-%s\"}".formatted(name, name))
                .is(200);
        String access = made.text("access_token");
        return new Account(access.substring("access-".length()), name, access, made.text("refresh_token"));
    }

    private String guild(Account owner) {
        return ask(owner, "POST", "/api/guilds", "{\"name\":\"Guild\"}").is(200).text("id");
    }

    private String channel(Account owner, String guild) {
        return ask(owner, "POST", "/api/guilds/" + guild + "/channels", "{\"name\":\"general\"}")
                .is(201)
                .text("id");
    }

    private void join(Account owner, Account member, String guild) {
        String code = ask(owner, "POST", "/api/guilds/" + guild + "/invites", "{\"expires_in\":\"1h\"}")
                .is(200)
                .text("code");
        ask(member, "POST", "/api/invites/" + code + "/join", "").is(200);
    }

    private Answer post(Account as, String channel, String content) {
        return ask(
                as,
                "POST",
                "/api/messages/channel/" + channel,
                JSON.createObjectNode().put("content", content).toString());
    }

    // --- accounts

    @Test
    void accounts_registered_logInAndSeeThemselves() {
        Account ada = register("ada");
        Answer me = ask(ada, "GET", "/auth/me", "").is(200);
        assertThat(me.text("username")).isEqualTo("ada");
        assertThat(me.body.propertyNames())
                .containsExactly("id", "username", "display_name", "email", "avatar_url", "status", "mfa_enabled");
        Answer login = ask(null, "POST", "/auth/login", "{\"username\":\"ada\",\"password\":\"secret-of-ada\"}")
                .is(200);
        assertThat(login.body.propertyNames())
                .containsExactly("access_token", "refresh_token", "expires_in", "token_type", "setup_required");
        assertThat(ask(null, "POST", "/auth/login", "{\"username\":\"ada\",\"password\":\"wrong\"}")
                        .is(401)
                        .text("error"))
                .isEqualTo("INVALID_CREDENTIALS");
        assertThat(ask(null, "POST", "/auth/login", "{\"username\":\"eve\",\"password\":\"wrong\"}")
                        .is(401)
                        .text("message"))
                .isEqualTo("Invalid credentials");
        ask(null, "POST", "/auth/register", "{\"username\":\"ada\",\"password\":\"12345678\"}")
                .is(409);
        ask(null, "POST", "/auth/register", "{\"username\":\"Ada!\",\"password\":\"12345678\"}")
                .is(400);
        ask(null, "POST", "/auth/register", "{\"username\":\"short\",\"password\":\"1234567\"}")
                .is(400);
    }

    @Test
    void tokens_missingOrBad_areToldApart() {
        assertThat(ask(null, "GET", "/auth/me", "").is(401).text("error")).isEqualTo("MISSING_AUTH");
        assertThat(ask("GET", "/auth/me", Map.of("authorization", List.of("Basic x")), "")
                        .is(401)
                        .text("error"))
                .isEqualTo("INVALID_AUTH_HEADER");
        assertThat(ask("GET", "/auth/me", Map.of("authorization", List.of("Bearer x")), "")
                        .is(401)
                        .text("error"))
                .isEqualTo("INVALID_TOKEN");
    }

    @Test
    void refresh_worksOnce_andLogoutEndsIt() {
        Account ada = register("ada");
        Answer next = ask(null, "POST", "/auth/refresh", "{\"refresh_token\":\"" + ada.refresh + "\"}")
                .is(200);
        ask(null, "POST", "/auth/refresh", "{\"refresh_token\":\"" + ada.refresh + "\"}")
                .is(401);
        ask(ada, "POST", "/auth/logout", "{\"refresh_token\":\"" + next.text("refresh_token") + "\"}")
                .is(200);
        ask(null, "POST", "/auth/refresh", "{\"refresh_token\":\"" + next.text("refresh_token") + "\"}")
                .is(401);
    }

    @Test
    void browsers_findTheRefreshTokenInACookieOnly() {
        register("ada");
        Answer login = ask(
                        "POST",
                        "/auth/login",
                        Map.of("origin", List.of("https://app.example.org")),
                        "{\"username\":\"ada\",\"password\":\"secret-of-ada\"}")
                .is(200);
        assertThat(login.body.has("refresh_token")).isFalse();
        String cookie = login.headers.get("set-cookie");
        assertThat(cookie).startsWith("kaiku_refresh=").contains("HttpOnly", "SameSite=Lax", "Path=/auth");
        assertThat(login.headers).containsEntry("access-control-allow-origin", "https://app.example.org");
        ask("POST", "/auth/refresh", Map.of("cookie", List.of("a=b; " + cookie.split(";", -1)[0])), "")
                .is(200);
    }

    // --- guilds

    @Test
    void guilds_haveMembersChannelsAndRoles() {
        Account ada = register("ada");
        Account bob = register("bob");
        String guild = guild(ada);
        String channel = channel(ada, guild);
        ask(bob, "GET", "/api/guilds/" + guild, "").is(403);
        ask(bob, "GET", "/api/channels/" + channel, "").is(403);
        join(ada, bob, guild);
        assertThat(ask(bob, "GET", "/api/guilds", "")
                        .is(200)
                        .body
                        .get(0)
                        .path("member_count")
                        .asInt())
                .isEqualTo(2);
        assertThat(ask(bob, "GET", "/api/guilds/" + guild + "/channels", "").is(200).body)
                .hasSize(1);
        assertThat(ask(bob, "GET", "/api/guilds/" + guild + "/members", "").is(200).body)
                .hasSize(2);
        ask(bob, "POST", "/api/guilds/" + guild + "/channels", "{\"name\":\"mine\"}")
                .is(403);
        String role = ask(
                        ada,
                        "POST",
                        "/api/guilds/" + guild + "/roles",
                        "{\"name\":\"mods\",\"permissions\":" + Permission.of(Permission.MANAGE_CHANNELS) + "}")
                .is(200)
                .text("id");
        ask(ada, "POST", "/api/guilds/%s/members/%s/roles/%s".formatted(guild, bob.id, role), "")
                .is(200);
        String mine = ask(bob, "POST", "/api/guilds/" + guild + "/channels", "{\"name\":\"mine\"}")
                .is(201)
                .text("id");
        ask(bob, "PATCH", "/api/channels/" + mine, "{\"topic\":\"hello\"}").is(200);
        ask(bob, "DELETE", "/api/channels/" + mine, "").is(204);
        assertThat(ask(bob, "POST", "/api/guilds/" + guild + "/roles", "{\"name\":\"x\"}")
                        .is(403)
                        .text("error"))
                .isEqualTo("missing_permission");
        ask(ada, "DELETE", "/api/guilds/%s/members/%s".formatted(guild, bob.id), "")
                .is(204);
        ask(bob, "GET", "/api/channels/" + channel, "").is(403);
        ask(ada, "POST", "/api/guilds/" + guild + "/leave", "").is(400);
        ask(ada, "DELETE", "/api/guilds/" + guild, "").is(204);
        ask(ada, "GET", "/api/channels/" + channel, "").is(404);
    }

    @Test
    void overrides_hideAChannel_fromTheNextRequestOn() {
        Account ada = register("ada");
        Account bob = register("bob");
        String guild = guild(ada);
        String channel = channel(ada, guild);
        join(ada, bob, guild);
        post(bob, channel, "hi").is(201);
        String everyone = ask(ada, "GET", "/api/guilds/" + guild + "/roles", "")
                .body
                .get(0)
                .path("id")
                .asString();
        String override = "/api/channels/%s/overrides/%s".formatted(channel, everyone);
        ask(ada, "PUT", override, "{\"deny\":" + Permission.SEND_MESSAGES.bit() + "}")
                .is(200);
        post(bob, channel, "hi").is(403);
        ask(ada, "PUT", override, "{\"deny\":" + Permission.VIEW_CHANNEL.bit() + "}")
                .is(200);
        ask(bob, "GET", "/api/messages/channel/" + channel, "").is(403);
        assertThat(ask(bob, "GET", "/api/guilds/" + guild + "/channels", "").is(200).body)
                .isEmpty();
        ask(ada, "DELETE", override, "").is(200);
        post(bob, channel, "hi").is(201);
        ask(bob, "PUT", override, "{\"deny\":0}").is(403);
    }

    @Test
    void roles_cannotBeEscalated() {
        Account ada = register("ada");
        Account bob = register("bob");
        String guild = guild(ada);
        join(ada, bob, guild);
        String roles = "/api/guilds/" + guild + "/roles";
        String role = ask(
                        ada,
                        "POST",
                        roles,
                        "{\"name\":\"mods\",\"permissions\":" + Permission.of(Permission.MANAGE_ROLES) + "}")
                .text("id");
        ask(ada, "POST", "/api/guilds/%s/members/%s/roles/%s".formatted(guild, bob.id, role), "")
                .is(200);
        assertThat(ask(bob, "POST", roles, "{\"name\":\"x\",\"permissions\":" + Permission.BAN_MEMBERS.bit() + "}")
                        .is(403)
                        .text("error"))
                .isEqualTo("cannot_escalate");
        assertThat(ask(bob, "PATCH", roles + "/" + role, "{\"name\":\"y\"}")
                        .is(403)
                        .text("error"))
                .isEqualTo("role_hierarchy");
        String everyone = ask(ada, "GET", roles, "").body.get(0).path("id").asString();
        ask(ada, "PATCH", roles + "/" + everyone, "{\"permissions\":" + Permission.KICK_MEMBERS.bit() + "}")
                .is(400);
        ask(ada, "DELETE", roles + "/" + everyone, "").is(400);
    }

    // --- messages

    @Test
    void messages_postedEditedAndDeleted_areListedAsTheyAreNow() {
        Account ada = register("ada");
        Account bob = register("bob");
        String guild = guild(ada);
        String channel = channel(ada, guild);
        join(ada, bob, guild);
        Answer posted = post(ada, channel, "hello @bob").is(201);
        assertThat(posted.body.propertyNames())
                .containsExactly(
                        "id",
                        "channel_id",
                        "author",
                        "content",
                        "encrypted",
                        "attachments",
                        "reply_to",
                        "parent_id",
                        "thread_reply_count",
                        "thread_last_reply_at",
                        "edited_at",
                        "created_at",
                        "pinned",
                        "message_type",
                        "mention_type");
        String message = "/api/messages/" + posted.text("id");
        ask(bob, "PATCH", message, "{\"content\":\"mine\"}").is(404);
        ask(bob, "DELETE", message, "").is(403);
        Answer edited =
                ask(ada, "PATCH", message, "{\"content\":\"hello again\"}").is(200);
        assertThat(edited.text("content")).isEqualTo("hello again");
        String reaction = "/api/channels/%s/messages/%s/reactions".formatted(channel, posted.text("id"));
        ask(bob, "PUT", reaction, "{\"emoji\":\"🙂\"}").is(201);
        JsonNode item = list(bob, channel, "").path("items").get(0);
        assertThat(item.path("content").asString()).isEqualTo("hello again");
        assertThat(item.path("edited_at").isString()).isTrue();
        assertThat(item.path("reactions").toString()).isEqualTo("[{\"emoji\":\"🙂\",\"count\":1,\"me\":true}]");
        ask(bob, "DELETE", reaction + "/%F0%9F%99%82", "").is(204);
        ask(ada, "DELETE", message, "").is(204);
        assertThat(list(bob, channel, "").path("items")).isEmpty();
        ask(ada, "PATCH", message, "{\"content\":\"again\"}").is(404);
        ask(ada, "PATCH", "/api/messages/" + UUID.randomUUID(), "{\"content\":\"again\"}")
                .is(404);
        assertThat(delivery.told).anyMatch(t -> t.contains("reaction_add"));
    }

    private JsonNode list(Account as, String channel, String query) {
        return ask(as, "GET", "/api/messages/channel/" + channel + query, "").is(200).body;
    }

    @Test
    void messages_areListedByPages_newestFirst() {
        Account ada = register("ada");
        String channel = channel(ada, guild(ada));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) ids.add(post(ada, channel, "m" + i).is(201).text("id"));
        List<String> seen = new ArrayList<>();
        String query = "?limit=3";
        while (true) {
            JsonNode page = list(ada, channel, query);
            for (JsonNode item : page.path("items")) seen.add(item.path("id").asString());
            if (!page.path("has_more").asBoolean()) break;
            query = "?limit=3&before=" + page.path("next_cursor").asString();
        }
        assertThat(seen).isEqualTo(ids.reversed());
    }

    @Test
    void messages_againstTheRules_areRefused() {
        Account ada = register("ada");
        Account bob = register("bob");
        String guild = guild(ada);
        String channel = channel(ada, guild);
        join(ada, bob, guild);
        post(bob, channel, "").is(400);
        post(bob, channel, "x".repeat(4001)).is(400);
        post(bob, channel, "```" + "x".repeat(5000) + "```").is(201);
        assertThat(post(bob, channel, "@everyone").is(400).text("message"))
                .isEqualTo("You do not have permission to mention @everyone or @here");
        post(ada, channel, "@everyone").is(201);
        String path = "/api/messages/channel/" + channel;
        ask(bob, "POST", path, "{\"content\":\"x\",\"encrypted\":true}").is(400);
        ask(bob, "POST", path, "{\"content\":\"x\",\"reply_to\":\"" + UUID.randomUUID() + "\"}")
                .is(400);
        ask(bob, "POST", path, "no json").is(400);
        ask(bob, "POST", "/api/messages/channel/" + UUID.randomUUID(), "{\"content\":\"x\"}")
                .is(404);
    }

    @Test
    void messages_withTheSameKey_areOne() {
        Account ada = register("ada");
        String channel = channel(ada, guild(ada));
        Map<String, List<String>> headers =
                Map.of("authorization", List.of("Bearer " + ada.access), "idempotency-key", List.of("k1"));
        String path = "/api/messages/channel/" + channel;
        String first = ask("POST", path, headers, "{\"content\":\"x\"}").is(201).text("id");
        assertThat(ask("POST", path, headers, "{\"content\":\"x\"}").is(201).text("id"))
                .isEqualTo(first);
        assertThat(list(ada, channel, "").path("items")).hasSize(1);
    }

    // --- DMs, friends, blocks

    @Test
    void dms_ofTwo_areOne_andBlocksCloseThem() {
        Account ada = register("ada");
        Account bob = register("bob");
        Answer made = ask(ada, "POST", "/api/dm", "{\"participant_ids\":[\"" + bob.id + "\"]}")
                .is(201);
        String dm = made.body.path("channel").path("id").asString();
        assertThat(ask(bob, "POST", "/api/dm", "{\"participant_ids\":[\"" + ada.id + "\"]}")
                        .is(201)
                        .body
                        .path("channel")
                        .path("id")
                        .asString())
                .isEqualTo(dm);
        post(ada, dm, "hi").is(201);
        JsonNode listed = ask(bob, "GET", "/api/dm", "").is(200).body.get(0);
        assertThat(listed.path("unread_count").asInt()).isEqualTo(1);
        assertThat(listed.path("last_message").path("content").asString()).isEqualTo("hi");
        clock.advance(Duration.ofSeconds(1));
        ask(bob, "POST", "/api/dm/" + dm + "/read", "{}").is(200);
        assertThat(ask(bob, "GET", "/api/dm", "")
                        .body
                        .get(0)
                        .path("unread_count")
                        .asInt())
                .isZero();
        ask(bob, "POST", "/api/friends/" + ada.id + "/block", "").is(200);
        assertThat(post(ada, dm, "hi").is(403).text("error")).isEqualTo("BLOCKED");
        assertThat(list(bob, dm, "").path("items")).isEmpty();
        ask(bob, "DELETE", "/api/friends/" + ada.id + "/block", "").is(200);
        post(ada, dm, "hi").is(201);
    }

    @Test
    void friends_askedAndAccepted_areFriendsOfBoth() {
        Account ada = register("ada");
        Account bob = register("bob");
        String id = ask(ada, "POST", "/api/friends/request", "{\"username\":\"bob\"}")
                .is(200)
                .text("id");
        assertThat(ask(bob, "POST", "/api/friends/request", "{\"username\":\"ada\"}")
                        .is(409)
                        .text("error"))
                .isEqualTo("ALREADY_EXISTS");
        ask(ada, "POST", "/api/friends/" + id + "/accept", "").is(403);
        ask(bob, "POST", "/api/friends/" + id + "/accept", "").is(200);
        assertThat(ask(ada, "GET", "/api/friends", "")
                        .is(200)
                        .body
                        .get(0)
                        .path("username")
                        .asString())
                .isEqualTo("bob");
        assertThat(delivery.told)
                .anyMatch(t -> t.startsWith("user " + bob.id) && t.contains("friend_request_received"))
                .anyMatch(t -> t.startsWith("user " + ada.id) && t.contains("friend_request_accepted"));
        ask(ada, "DELETE", "/api/friends/" + id, "").is(200);
        assertThat(ask(bob, "GET", "/api/friends", "").body).isEmpty();
        ask(ada, "POST", "/api/friends", "{\"username\":\"ada\"}").is(400);
        ask(ada, "POST", "/api/friends", "{\"username\":\"nobody\"}").is(404);
    }

    @Test
    void calls_refused_sayTheirSentenceUnderError() {
        Account ada = register("ada");
        Account bob = register("bob");
        Account eve = register("eve");
        String dm = ask(ada, "POST", "/api/dm", "{\"participant_ids\":[\"" + bob.id + "\"]}")
                .body
                .path("channel")
                .path("id")
                .asString();
        Answer stranger = ask(eve, "POST", "/api/dm/" + dm + "/call/start", "").is(403);
        assertThat(stranger.body.toString())
                .isEqualTo("{\"error\":\"Not a participant of this DM\",\"code\":\"forbidden\"}");
        assertThat(ask(ada, "GET", "/api/dm/" + dm + "/call", "").is(200).body.isNull())
                .isTrue();
        ask(ada, "POST", "/api/dm/" + dm + "/call/start", "").is(201);
        ask(bob, "POST", "/api/blocks", "{\"user_id\":\"" + ada.id + "\"}").is(200);
        assertThat(ask(ada, "POST", "/api/dm/" + dm + "/call/start", "").is(403).text("code"))
                .isEqualTo("blocked");
    }

    // --- limits

    @Test
    void requests_tooMany_hear429AsTheOriginalSaysIt() {
        List<HttpRoute> limited = routes(new RateLimits.Terms(
                Map.of(RateLimits.Category.AUTH_LOGIN, 1),
                RateLimits.Terms.WINDOW,
                0,
                Duration.ofMinutes(5),
                Duration.ofMinutes(15)));
        HttpRequest request = new HttpRequest(
                "POST",
                "/auth/login",
                "/auth/login",
                Map.of(),
                Map.of(),
                "{\"username\":\"a\",\"password\":\"b\"}".getBytes(StandardCharsets.UTF_8),
                "192.0.2.1",
                false);
        HttpResponse first = limited.getFirst()
                .handler()
                .handle(request)
                .toCompletableFuture()
                .join();
        assertThat(first.headers()).containsEntry("x-ratelimit-limit", "1").containsEntry("x-ratelimit-remaining", "0");
        HttpResponse second = limited.getFirst()
                .handler()
                .handle(request)
                .toCompletableFuture()
                .join();
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.headers()).containsEntry("retry-after", "60");
        assertThat(new String(second.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":\"rate_limited\",\"message\":\"Too many requests. Wait 60 seconds.\","
                        + "\"retry_after\":60,\"limit\":1,\"remaining\":0}");
    }

    // --- what it works with

    private List<HttpRoute> routes(RateLimits.Terms terms) {
        TimeUuid ids = new TimeUuid(clock, new Random(1));
        var rules = new HttpRules(true, new HttpRules.Cookie(false, "Lax"), List.of(), false, 100, 1000, 500, 250);
        return new KaikuApi(
                        new Surroundings(
                                store,
                                new Knowledge(store, clock, Meter.NONE),
                                new TestTokens(),
                                new PlainPasswords(),
                                new RateLimits(terms, clock),
                                delivery,
                                new OneCall(),
                                rules,
                                ids,
                                new MessageIds(ids),
                                new Random(2),
                                clock),
                        new Origins(false, Set.of("https://app.example.org")),
                        Meter.NONE)
                .routes();
    }

    private static final class TestTokens implements Tokens {
        private int made;

        @Override
        public String access(UUID user) {
            return "access-" + user;
        }

        @Override
        public String refresh(UUID user) {
            return "refresh-" + user + "-" + made++;
        }

        @Override
        public Duration accessFor() {
            return Duration.ofMinutes(15);
        }

        @Override
        public Duration refreshFor() {
            return Duration.ofDays(7);
        }

        @Override
        public Verdict verify(String token) {
            return token.startsWith("access-")
                    ? new Verdict.Of(UUID.fromString(token.substring(7)))
                    : new Verdict.Invalid();
        }
    }

    private static final class PlainPasswords implements Passwords {
        @Override
        public CompletionStage<String> hash(String password) {
            return CompletableFuture.completedStage("plain " + password);
        }

        @Override
        public CompletionStage<Boolean> matches(String password, String hash) {
            return CompletableFuture.completedStage(hash.equals("plain " + password));
        }
    }

    private static final class OneCall implements Calls {
        private Optional<State> state = Optional.empty();

        @Override
        public CompletionStage<Optional<State>> state(UUID dm) {
            return CompletableFuture.completedStage(state);
        }

        @Override
        public CompletionStage<Outcome> ask(UUID dm, Wish wish, Person user) {
            State ringing = new State.Ringing(user.id(), 1, List.of(), List.of());
            state = Optional.of(ringing);
            return CompletableFuture.completedStage(new Outcome.Done(ringing));
        }
    }
}
