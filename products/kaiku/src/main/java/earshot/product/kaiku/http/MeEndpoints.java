package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.PeopleTable.Preferences;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people see and change of themselves, and see of others. */
final class MeEndpoints {
    private static final int MAX_PREFERENCES = 64 << 10;
    private static final int MAX_URL = 2_000;

    private final Surroundings with;

    MeEndpoints(Surroundings with) {
        this.with = with;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/auth/me", RateLimits.Category.NONE, this::me),
                Endpoint.of("POST", "/auth/me", RateLimits.Category.NONE, this::update),
                Endpoint.of("GET", "/api/me", this::me),
                Endpoint.of("PUT", "/api/me/status", this::setStatus),
                Endpoint.of("GET", "/api/me/preferences", this::preferences),
                Endpoint.of("PUT", "/api/me/preferences", this::putPreferences),
                Endpoint.of("GET", "/api/users/{id}", this::other),
                Endpoint.of("GET", "/api/voice/ice-servers", this::iceServers));
    }

    private CompletionStage<HttpResponse> me(Call call) {
        return with.knowledge().person(call.user()).thenCompose(found -> {
            Person person = found.orElseThrow(Refusal::noUser);
            return with.delivery().statusOf(person).thenApply(status -> Answers.ok(Forms.profile(person, status)));
        });
    }

    private CompletionStage<HttpResponse> other(Call call) {
        return with.knowledge().person(call.id("id")).thenCompose(found -> {
            Person person = found.orElseThrow(Refusal::noUser);
            return with.knowledge()
                    .relations(call.user())
                    .thenCompose(relations -> person.id().equals(call.user())
                                    || relations.friends().contains(person.id())
                            ? with.delivery().statusOf(person)
                            : Answers.done(Answers.nothing()).thenApply(_ -> "offline"))
                    .thenApply(status -> Answers.ok(Forms.user(person, status)));
        });
    }

    private CompletionStage<HttpResponse> update(Call call) {
        Optional<String> display = call.maybeText(
                "display_name",
                1,
                Person.MAX_DISPLAY_CHARS,
                "Validation failed: display_name: expected 1 to 64 characters");
        Optional<String> email = AuthEndpoints.email(call);
        Optional<String> avatar = call.maybeText("avatar_url", 0, MAX_URL, "Validation failed: avatar_url: too long");
        List<String> updated = new ArrayList<>();
        ObjectNode diff = Answers.object();
        return with.store()
                .change(t -> {
                    updated.clear();
                    diff.removeAll();
                    Person old = t.people().find(call.user()).orElseThrow(Refusal::noUser);
                    display.ifPresent(text -> diff.put("display_name", text));
                    avatar.ifPresent(text -> diff.put("avatar_url", text.isEmpty() ? null : text));
                    updated.addAll(diff.propertyNames());
                    boolean hasEmail = call.body().has("email");
                    if (hasEmail) updated.add("email");
                    Person fresh = new Person(
                            old.id(),
                            old.username(),
                            display.orElse(old.displayName()),
                            avatar.isPresent() ? emptied(avatar.get()) : old.avatarUrl(),
                            hasEmail ? email.orElse(null) : old.email(),
                            old.status(),
                            old.createdMillis());
                    if (!t.people().update(fresh))
                        throw new Refusal(409, "EMAIL_TAKEN", "Email already in use by another account");
                    t.changed(new Change.OfPerson(old.id()));
                    return true;
                })
                .thenApply(_ -> {
                    if (!diff.isEmpty()) tell(call, diff);
                    ObjectNode body = Answers.object();
                    body.set("updated", Answers.array(updated, Answers.object()::stringNode));
                    return Answers.ok(body);
                });
    }

    private static @Nullable String emptied(String text) {
        return text.isEmpty() ? null : text;
    }

    /** The address is nobody's business. */
    private void tell(Call call, ObjectNode diff) {
        ObjectNode event = Answers.object()
                .put("type", "patch")
                .put("entity_type", "user")
                .put("entity_id", call.user().toString());
        event.set("diff", diff);
        with.delivery().toFriendsOf(call.user(), Answers.bytes(event));
    }

    /** DECISIONS 25; the words are those of the socket and of the original's pages. */
    private CompletionStage<HttpResponse> setStatus(Call call) {
        String word = call.text("status", 1, 20, "status: expected online, away, busy or offline");
        String status = switch (word.toLowerCase(Locale.ROOT)) {
            case "online" -> "online";
            case "away", "idle" -> "away";
            case "busy", "dnd" -> "busy";
            case "offline", "invisible" -> "offline";
            default -> throw Refusal.invalid("status: expected online, away, busy or offline");
        };
        return with.store()
                .change(t -> {
                    Person old = t.people().find(call.user()).orElseThrow(Refusal::noUser);
                    Person fresh = old.showing(status);
                    t.people().update(fresh);
                    t.changed(new Change.OfPerson(old.id()));
                    return fresh;
                })
                .thenApply(person -> {
                    with.delivery().statusChosen(person);
                    return Answers.ok(Answers.object().put("status", status));
                });
    }

    private CompletionStage<HttpResponse> preferences(Call call) {
        return with.store()
                .read(t -> t.people().preferences(call.user()))
                .thenApply(found -> Answers.ok(form(found.orElseGet(() -> new Preferences("{}", with.now())))));
    }

    private static ObjectNode form(Preferences preferences) {
        ObjectNode form = Answers.object();
        JsonNode own = Answers.parsed(preferences.json().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        form.set("preferences", own == null ? Answers.object() : own);
        return form.put("updated_at", Answers.time(preferences.updatedMillis()));
    }

    private CompletionStage<HttpResponse> putPreferences(Call call) {
        JsonNode given = call.body().path("preferences");
        if (!given.isObject()) throw Refusal.invalid("preferences: expected an object");
        String json = given.toString();
        if (json.length() > MAX_PREFERENCES) throw Refusal.invalid("preferences: too large");
        if (json.indexOf('\0') >= 0) throw Refusal.invalid("preferences: holds U+0000");
        Preferences preferences = new Preferences(json, with.now());
        return with.store()
                .change(t -> {
                    t.people().putPreferences(call.user(), preferences);
                    return true;
                })
                .thenApply(_ -> {
                    ObjectNode event = Answers.object().put("type", "preferences_updated");
                    event.setAll(form(preferences));
                    with.delivery().toUser(call.user(), Answers.bytes(event));
                    return Answers.ok(form(preferences));
                });
    }

    private CompletionStage<HttpResponse> iceServers(Call call) {
        ObjectNode body = Answers.object();
        body.set("ice_servers", Answers.array(with.rules().iceServers(), MeEndpoints::form));
        return Answers.done(Answers.ok(body));
    }

    private static ObjectNode form(HttpRules.IceServer server) {
        ObjectNode form = Answers.object();
        form.set("urls", Answers.array(server.urls(), form::stringNode));
        if (server.username() != null) form.put("username", server.username()).put("credential", server.credential());
        return form;
    }
}
