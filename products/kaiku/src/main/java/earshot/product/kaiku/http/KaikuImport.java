package earshot.product.kaiku.http;

import earshot.core.time.Clock;
import earshot.core.time.TimeUuid;
import earshot.dialect.HttpResponse;
import earshot.dialect.WireUuid;
import earshot.product.kaiku.Channel;
import earshot.product.kaiku.Friendship;
import earshot.product.kaiku.Guild;
import earshot.product.kaiku.Membership;
import earshot.product.kaiku.MessageIds;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.Role;
import earshot.product.kaiku.RoleOverride;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.KaikuStore;
import earshot.product.kaiku.store.Tables;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Many people, guilds, DMs and friendships at once, from a product that had them elsewhere. All of a request is stored, or nothing. What is there already stays
 * as it is, so that a request may be sent again. Thread-safe.
 */
public final class KaikuImport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_NAME = 100;

    private final KaikuStore store;
    private final TimeUuid ids;
    private final Clock clock;

    public KaikuImport(KaikuStore store, TimeUuid ids, Clock clock) {
        this.store = store;
        this.ids = ids;
        this.clock = clock;
    }

    /** How many rows of each kind are new. */
    private static final class Counts {
        private int users;
        private int guilds;
        private int members;
        private int roles;
        private int channels;
        private int dms;
        private int friendships;

        ObjectNode form() {
            return Answers.object()
                    .put("users", users)
                    .put("guilds", guilds)
                    .put("members", members)
                    .put("roles", roles)
                    .put("channels", channels)
                    .put("dms", dms)
                    .put("friendships", friendships);
        }
    }

    /** @param body see docs/kaiku.md */
    public CompletionStage<HttpResponse> take(byte[] body) {
        JsonNode all = parsed(body);
        if (all == null) return Answers.done(Answers.refused(Refusal.invalid("body: expected a JSON object")));
        return store.change(t -> {
                    Counts counts = new Counts();
                    for (JsonNode user : all.path("users")) user(t, user, counts);
                    for (JsonNode guild : all.path("guilds")) guild(t, guild, counts);
                    for (JsonNode dm : all.path("dms")) dm(t, dm, counts);
                    for (JsonNode friendship : all.path("friendships")) friendship(t, friendship, counts);
                    t.changed(new Change.OfAnything());
                    return counts.form();
                })
                .thenApply(Answers::ok)
                .exceptionallyCompose(KaikuImport::refused);
    }

    private static @Nullable JsonNode parsed(byte[] body) {
        try {
            JsonNode all = JSON.readTree(body);
            return all != null && all.isObject() ? all : null;
        } catch (JacksonException _) {
            return null;
        }
    }

    private static CompletionStage<HttpResponse> refused(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Refusal refusal
                ? Answers.done(Answers.refused(refusal))
                : CompletableFuture.failedStage(cause);
    }

    // --- each kind

    private void user(Tables tables, JsonNode node, Counts counts) {
        String username = text(node, "username", 32);
        if (!Person.isUsername(username))
            throw Refusal.invalid("users: username " + username + " (expected: 3 to 32 of a-z, 0-9 and _)");
        String hash = maybeText(node, "password_hash", 512);
        if (hash != null && !Argon2Passwords.isHash(hash))
            throw Refusal.invalid("users: password_hash of " + username + " (expected: $argon2id$v=19$…)");
        String display = maybeText(node, "display_name", Person.MAX_DISPLAY_CHARS);
        Person person = new Person(
                id(node, "id"),
                username,
                display == null ? username : display,
                maybeText(node, "avatar_url", 2000),
                maybeText(node, "email", 254),
                Person.ONLINE,
                clock.millis());
        if (tables.people().insert(person, hash)) counts.users++;
        else if (tables.people().find(person.id()).isEmpty())
            throw Refusal.invalid("users: " + username + " or its address is another user's");
    }

    private void guild(Tables tables, JsonNode node, Counts counts) {
        UUID owner = known(tables, node, "owner_id");
        Guild guild = new Guild(
                id(node, "id"),
                text(node, "name", MAX_NAME),
                owner,
                maybeText(node, "icon_url", 2000),
                maybeText(node, "description", 1000),
                false,
                clock.millis());
        if (tables.guilds().insert(guild)) {
            counts.guilds++;
            role(tables, guild.id(), everyone(guild.id()), counts);
        }
        member(tables, guild.id(), owner, counts);
        for (JsonNode member : node.path("members")) member(tables, guild.id(), person(tables, member), counts);
        for (JsonNode role : node.path("roles")) role(tables, guild.id(), role(guild.id(), role), counts);
        for (JsonNode given : node.path("member_roles")) give(tables, guild.id(), given);
        int position = 0;
        for (JsonNode channel : node.path("channels")) channel(tables, guild.id(), channel, position++, counts);
    }

    private Role everyone(UUID guild) {
        return new Role(ids.next(), guild, "everyone", null, Permission.EVERYONE, 0, true, clock.millis());
    }

    private void member(Tables tables, UUID guild, UUID user, Counts counts) {
        if (tables.guilds().addMember(new Membership(guild, user, null, clock.millis(), Set.of()))) counts.members++;
    }

    private Role role(UUID guild, JsonNode node) {
        return new Role(
                id(node, "id"),
                guild,
                text(node, "name", 64),
                maybeText(node, "color", 16),
                bits(node, "permissions"),
                node.path("position").asInt(1),
                false,
                clock.millis());
    }

    private static void give(Tables tables, UUID guild, JsonNode node) {
        UUID user = id(node, "user_id");
        UUID role = id(node, "role_id");
        if (tables.guilds().membership(guild, user).isEmpty()
                || tables.roles().find(guild, role).isEmpty())
            throw Refusal.invalid("member_roles: " + user + " and " + role + " are not both of the guild");
        tables.roles().give(guild, user, role);
    }

    private static void role(Tables tables, UUID guild, Role role, Counts counts) {
        if (tables.roles().insert(role)) counts.roles++;
        else if (tables.roles().find(guild, role.id()).isEmpty())
            throw Refusal.invalid("roles: " + role.id() + " belongs to another guild");
    }

    private void channel(Tables tables, UUID guild, JsonNode node, int position, Counts counts) {
        Channel.Type type = Channel.Type.of(node.path("channel_type").asString("text"))
                .filter(t -> t != Channel.Type.DM)
                .orElseThrow(() -> Refusal.invalid("channels: channel_type (expected: text or voice)"));
        Channel channel = new Channel(
                id(node, "id"),
                type,
                text(node, "name", Channel.MAX_NAME_CHARS),
                guild,
                maybeText(node, "topic", 1024),
                null,
                position,
                Channel.SCREEN_SHARES,
                clock.millis(),
                clock.millis());
        if (tables.channels().insert(channel, MessageIds.tagOf(channel.id()))) counts.channels++;
        for (JsonNode override : node.path("overrides")) {
            UUID role = id(override, "role_id");
            if (tables.roles().find(guild, role).isEmpty())
                throw Refusal.invalid("overrides: role " + role + " is none of the guild");
            tables.roles()
                    .putOverride(new RoleOverride(channel.id(), role, bits(override, "allow"), bits(override, "deny")));
        }
    }

    private void dm(Tables tables, JsonNode node, Counts counts) {
        JsonNode people = node.path("participant_ids");
        if (!people.isArray() || people.size() < 2 || people.size() > 10)
            throw Refusal.invalid("dms: participant_ids (expected: 2 to 10)");
        String name = maybeText(node, "name", MAX_NAME);
        Channel dm = new Channel(
                id(node, "id"),
                Channel.Type.DM,
                name == null ? "dm" : name,
                null,
                null,
                null,
                0,
                Channel.SCREEN_SHARES,
                clock.millis(),
                clock.millis());
        if (tables.channels().insert(dm, MessageIds.tagOf(dm.id()))) counts.dms++;
        for (JsonNode each : people) tables.channels().addParticipant(dm.id(), person(tables, each), clock.millis());
    }

    private void friendship(Tables tables, JsonNode node, Counts counts) {
        UUID requester = known(tables, node, "requester_id");
        UUID addressee = known(tables, node, "addressee_id");
        if (requester.equals(addressee)) throw Refusal.invalid("friendships: somebody with themselves");
        Friendship.State state = state(node.path("status").asString("accepted"));
        List<Friendship> earlier = tables.friendships().between(requester, addressee);
        boolean isBlock = state == Friendship.State.BLOCKED;
        if (earlier.stream().anyMatch(f -> !isBlock || f.requesterId().equals(requester))) return;
        long now = clock.millis();
        if (tables.friendships().insert(new Friendship(ids.next(), requester, addressee, state, now, now)))
            counts.friendships++;
    }

    private static Friendship.State state(String word) {
        try {
            return Friendship.State.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw Refusal.invalid("friendships: status (expected: pending, accepted or blocked)");
        }
    }

    // --- reading

    private static UUID id(JsonNode node, String field) {
        UUID id = WireUuid.parse(node.path(field).asString(""));
        if (id == null) throw Refusal.invalid(field + ": expected a UUID");
        return id;
    }

    private static UUID known(Tables tables, JsonNode node, String field) {
        return person(tables, node.path(field));
    }

    private static UUID person(Tables tables, JsonNode node) {
        UUID id = WireUuid.parse(node.asString(""));
        if (id == null || tables.people().find(id).isEmpty())
            throw Refusal.invalid("there is no user " + (id == null ? "without a UUID" : id));
        return id;
    }

    private static long bits(JsonNode node, String field) {
        return node.path(field).asLong(0) & Permission.ALL;
    }

    private static String text(JsonNode node, String field, int most) {
        String text = maybeText(node, field, most);
        if (text == null || text.isEmpty()) throw Refusal.invalid(field + ": missing");
        return text;
    }

    private static @Nullable String maybeText(JsonNode node, String field, int most) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) return null;
        if (!value.isString()
                || value.asString().length() > most
                || value.asString().indexOf('\0') >= 0)
            throw Refusal.invalid(field + ": expected at most " + most + " characters");
        return value.asString();
    }
}
