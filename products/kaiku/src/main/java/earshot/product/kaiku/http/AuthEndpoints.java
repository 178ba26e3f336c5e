package earshot.product.kaiku.http;

import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.LoginTable.Login;
import earshot.product.kaiku.store.PeopleTable.Known;
import earshot.product.kaiku.store.Tables;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Accounts and logins. A refresh token is told once and stored as a hash; using it ends it and makes the next. Browsers, which send an origin, keep it in a
 * cookie that their scripts cannot read and do not find it in the body; others find it there.
 */
final class AuthEndpoints {
    private static final int MIN_PASSWORD = 8;
    private static final int MAX_PASSWORD = 128;
    private static final int MAX_EMAIL = 254;
    private static final int MAX_AGENT = 512;
    /** Beyond it the oldest login of a person ends. */
    private static final int MAX_LOGINS = 100;
    /** No password has it. */
    private static final String NO_HASH = "";

    private final Surroundings with;

    AuthEndpoints(Surroundings with) {
        this.with = with;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.open("POST", "/auth/register", RateLimits.Category.AUTH_REGISTER, this::register),
                Endpoint.open("POST", "/auth/login", RateLimits.Category.AUTH_LOGIN, this::login),
                Endpoint.open("POST", "/auth/refresh", RateLimits.Category.AUTH_OTHER, this::refresh),
                Endpoint.of("POST", "/auth/logout", RateLimits.Category.NONE, this::logout),
                Endpoint.of("POST", "/auth/password", RateLimits.Category.AUTH_OTHER, this::changePassword),
                Endpoint.of("GET", "/auth/sessions", RateLimits.Category.NONE, this::logins),
                Endpoint.of("DELETE", "/auth/sessions/{id}", RateLimits.Category.NONE, this::endLogin),
                Endpoint.of("DELETE", "/auth/sessions", RateLimits.Category.NONE, this::endLogins));
    }

    // --- accounts

    private CompletionStage<HttpResponse> register(Call call) {
        if (!with.rules().registration()) throw new Refusal(403, "REGISTRATION_DISABLED", "Registration is disabled");
        String username = call.text("username", 1, 32, "username: expected 3 to 32 of a-z, 0-9 and _");
        if (!Person.isUsername(username)) throw failed("username: expected 3 to 32 of a-z, 0-9 and _");
        String password = newPassword(call, "password");
        String email = email(call).orElse(null);
        String display = call.maybeText(
                        "display_name", 0, Person.MAX_DISPLAY_CHARS, "display_name: expected at most 64 characters")
                .filter(text -> !text.isBlank())
                .orElse(username);
        Person person = new Person(with.nextId(), username, display, null, email, Person.ONLINE, with.now());
        return with.passwords()
                .hash(password)
                .thenCompose(hash -> begin(call, person.id(), t -> {
                    if (!t.people().insert(person, hash))
                        throw new Refusal(409, "USER_EXISTS", "Username or email already taken");
                    t.changed(new Change.OfPerson(person.id()));
                }));
    }

    private static Refusal failed(String what) {
        return Refusal.invalid("Validation failed: " + what);
    }

    private static String newPassword(Call call, String field) {
        return call.text(
                field, MIN_PASSWORD, MAX_PASSWORD, "Validation failed: " + field + ": expected 8 to 128 characters");
    }

    static Optional<String> email(Call call) {
        Optional<String> email = call.maybeText("email", 0, MAX_EMAIL, "Validation failed: email: not an address")
                .filter(text -> !text.isEmpty());
        if (email.isPresent() && !email.get().matches("[^@\\s]+@[^@\\s]+\\.[^@\\s]+"))
            throw failed("email: not an address");
        return email;
    }

    private CompletionStage<HttpResponse> changePassword(Call call) {
        String current = call.text("current_password", 0, 1024, "current_password: too long");
        String next = newPassword(call, "new_password");
        return with.store()
                .read(t -> t.people().find(call.user()).flatMap(p -> t.people().byUsername(p.username())))
                .thenCompose(known -> checked(call, known, current))
                .thenCompose(known -> with.passwords().hash(next))
                .thenCompose(hash -> begin(call, call.user(), t -> {
                    t.people().setPassword(call.user(), hash);
                    t.logins().deleteAll(call.user());
                    signedOut(t, call.user());
                }));
    }

    // --- logging in

    private CompletionStage<HttpResponse> login(Call call) {
        String address = RemoteAddress.counted(call.request().remote());
        long shutOut = with.limits().secondsShutOut(address);
        if (shutOut > 0) throw shutOut(shutOut);
        String username = call.text("username", 0, 64, "username: too long");
        String password = call.text("password", 0, 1024, "password: too long");
        return with.store()
                .read(t -> t.people().byUsername(username))
                .thenCompose(known -> checked(call, known, password))
                .thenCompose(known -> begin(call, known.person().id(), _ -> {}));
    }

    private static Refusal shutOut(long seconds) {
        return new Refusal(429, "ip_blocked", "Too many failed attempts. Wait " + seconds + " seconds.")
                .with("retry_after", (int) seconds)
                .with("limit", 0)
                .with("remaining", 0);
    }

    /** An unknown name takes as long as a wrong password, and is told the same. */
    private CompletionStage<Known> checked(Call call, Optional<Known> known, String password) {
        String address = RemoteAddress.counted(call.request().remote());
        String hash = known.map(Known::passwordHash).filter(h -> h != null).orElse(NO_HASH);
        return with.passwords().matches(password, hash).thenApply(matches -> {
            if (!matches || known.isEmpty()) {
                if (!with.isSpared(call.request())) with.limits().failed(address);
                throw new Refusal(401, "INVALID_CREDENTIALS", "Invalid credentials");
            }
            with.limits().succeeded(address);
            return known.get();
        });
    }

    private interface Before {
        void on(Tables tables);
    }

    /** Makes a pair of tokens, once what comes before it is done. */
    private CompletionStage<HttpResponse> begin(Call call, UUID user, Before before) {
        String refresh = with.tokens().refresh(user);
        Login login = login(call, user, refresh);
        return with.store()
                .change(t -> {
                    before.on(t);
                    if (t.people().find(user).isEmpty()) throw Refusal.noUser();
                    List<Login> earlier = t.logins().of(user);
                    for (int i = MAX_LOGINS - 1; i < earlier.size(); i++)
                        t.logins().delete(user, earlier.get(i).id());
                    t.logins().deleteExpired(with.now());
                    t.logins().insert(login);
                    return true;
                })
                .thenApply(_ -> pair(call.request(), user, refresh));
    }

    private Login login(Call call, UUID user, String refresh) {
        String agent = call.request().header("user-agent").orElse("").replaceAll("\\p{Cntrl}", "");
        return new Login(
                hash(refresh),
                with.nextId(),
                user,
                with.now(),
                with.now() + with.tokens().refreshFor().toMillis(),
                call.request().remote(),
                agent.substring(0, Math.min(MAX_AGENT, agent.length())));
    }

    private HttpResponse pair(HttpRequest request, UUID user, String refresh) {
        ObjectNode body = Answers.object().put("access_token", with.tokens().access(user));
        if (request.header("origin").isEmpty()) body.put("refresh_token", refresh);
        body.put("expires_in", with.tokens().accessFor().toSeconds())
                .put("token_type", "Bearer")
                .put("setup_required", false);
        long seconds = with.tokens().refreshFor().toSeconds();
        return Answers.ok(body).with("set-cookie", with.rules().cookie().keeping(refresh, seconds));
    }

    private CompletionStage<HttpResponse> refresh(Call call) {
        String hash = hash(presented(call));
        return with.store().read(t -> t.logins().find(hash)).thenCompose(found -> {
            Login old =
                    found.filter(login -> login.expiresMillis() > with.now()).orElseThrow(AuthEndpoints::invalidToken);
            return begin(call, old.userId(), t -> {
                if (t.logins().take(hash).isEmpty()) throw invalidToken();
            });
        });
    }

    private static Refusal invalidToken() {
        return new Refusal(401, "INVALID_TOKEN", "Invalid or expired token");
    }

    /** In the body, or in the cookie. */
    private static String presented(Call call) {
        Optional<String> inBody = call.maybeText("refresh_token", 0, 4096, "refresh_token: too long")
                .filter(token -> !token.isEmpty());
        String token = inBody.orElseGet(() -> cookie(call.request()));
        if (token.isEmpty()) throw invalidToken();
        return token;
    }

    private static String cookie(HttpRequest request) {
        for (String part : request.header("cookie").orElse("").split(";", -1)) {
            String pair = part.strip();
            if (pair.startsWith(HttpRules.Cookie.NAME + "=")) return pair.substring(HttpRules.Cookie.NAME.length() + 1);
        }
        return "";
    }

    // --- logging out

    private CompletionStage<HttpResponse> logout(Call call) {
        String token = presented(call);
        return with.store()
                .change(t -> {
                    Optional<Login> taken = t.logins().take(hash(token));
                    if (taken.filter(login -> login.userId().equals(call.user()))
                            .isEmpty()) throw invalidToken();
                    endIfLast(t, call.user());
                    return true;
                })
                .thenApply(_ -> new HttpResponse(200, cleared(), new byte[0]));
    }

    private java.util.Map<String, String> cleared() {
        return java.util.Map.of("set-cookie", with.rules().cookie().keeping("", 0), "cache-control", "no-store");
    }

    /** Sockets do not say by which login they came: they end with the last. */
    private void endIfLast(Tables tables, UUID user) {
        if (tables.logins().of(user).isEmpty()) signedOut(tables, user);
    }

    private void signedOut(Tables tables, UUID user) {
        tables.people().signedOut(user, with.now());
        tables.changed(new Change.LoggedOut(user));
    }

    private CompletionStage<HttpResponse> logins(Call call) {
        String current = currentHash(call);
        return with.store()
                .read(t -> Answers.array(t.logins().of(call.user()), login -> form(login, current)))
                .thenApply(Answers::ok);
    }

    private static @Nullable String currentHash(Call call) {
        String token = call.request().header("x-refresh-token").orElseGet(() -> cookie(call.request()));
        return token.isEmpty() ? null : hash(token);
    }

    private static ObjectNode form(Login login, @Nullable String current) {
        return Answers.object()
                .put("id", login.id().toString())
                .put("ip_address", login.remote())
                .put("user_agent", login.agent())
                .put("created_at", Answers.time(login.createdMillis()))
                .put("expires_at", Answers.time(login.expiresMillis()))
                .put("is_current", login.tokenHash().equals(current));
    }

    private CompletionStage<HttpResponse> endLogin(Call call) {
        return with.store()
                .change(t -> {
                    if (!t.logins().delete(call.user(), call.id("id")))
                        throw new Refusal(404, "NOT_FOUND", "Not found: session");
                    endIfLast(t, call.user());
                    return true;
                })
                .thenApply(_ -> Answers.noContent());
    }

    private CompletionStage<HttpResponse> endLogins(Call call) {
        return with.store()
                .change(t -> {
                    signedOut(t, call.user());
                    return t.logins().deleteAll(call.user());
                })
                .thenApply(_ -> new HttpResponse(204, cleared(), new byte[0]));
    }

    private static String hash(String token) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this JDK", e);
        }
    }
}
