package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.Role;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.Tables;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import tools.jackson.databind.node.ObjectNode;

/**
 * Roles of a guild, and who has them. Nobody gives away what they do not have, nor touches a role that is not below their own. Errors are spelt in lower case
 * here, as the original does.
 */
final class RoleEndpoints {
    private static final String NAME = "Role name must be 1-64 characters";

    private final Surroundings with;

    RoleEndpoints(Surroundings with) {
        this.with = with;
    }

    List<Endpoint> endpoints() {
        String member = "/api/guilds/{guild}/members/{user}/roles/{role}";
        return List.of(
                Endpoint.of("GET", "/api/guilds/{guild}/roles", this::list),
                Endpoint.of("POST", "/api/guilds/{guild}/roles", this::create),
                Endpoint.of("PATCH", "/api/guilds/{guild}/roles/{role}", this::update),
                Endpoint.of("DELETE", "/api/guilds/{guild}/roles/{role}", this::delete),
                Endpoint.of("POST", member, this::give),
                Endpoint.of("DELETE", member, this::take));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        UUID guild = call.id("guild");
        return with.store()
                .read(t -> t.guilds().membership(guild, call.user()).isPresent()
                        ? t.roles().of(guild)
                        : List.<Role>of())
                .thenApply(roles -> {
                    // Every guild has at least everybody's role.
                    if (roles.isEmpty()) throw notMember();
                    return Answers.ok(Answers.array(roles, Forms::role));
                });
    }

    private CompletionStage<HttpResponse> create(Call call) {
        String name = call.text("name", 1, 64, NAME);
        Optional<String> color = color(call);
        long permissions = call.maybeBits("permissions").orElse(0L) & Permission.ALL;
        UUID guild = call.id("guild");
        return with.store()
                .change(t -> {
                    GuildRights rights = managing(t, call);
                    escalating(rights, permissions);
                    List<Role> roles = t.roles().of(guild);
                    if (roles.size() >= with.rules().maxRoles())
                        throw GuildEndpoints.full(
                                "roles per guild", with.rules().maxRoles());
                    int last = roles.stream().mapToInt(Role::position).max().orElse(0);
                    Role role = new Role(
                            with.nextId(), guild, name, color.orElse(null), permissions, last + 1, false, with.now());
                    t.roles().insert(role);
                    t.changed(new Change.OfGuild(guild));
                    return role;
                })
                .thenApply(role -> Answers.ok(Forms.role(role)));
    }

    private static Optional<String> color(Call call) {
        return call.maybeText("color", 0, 16, "color: expected at most 16 characters");
    }

    private CompletionStage<HttpResponse> update(Call call) {
        Optional<String> name = call.maybeText("name", 1, 64, NAME);
        Optional<String> color = color(call);
        Optional<Long> permissions = call.maybeBits("permissions").map(bits -> bits & Permission.ALL);
        Optional<Integer> position = call.maybeInt("position", 0, 1_000_000, "position: expected 0 to 1000000");
        return with.store()
                .change(t -> {
                    GuildRights rights = managing(t, call);
                    Role old = found(t, call);
                    if (old.isDefault() && name.isPresent()) throw invalid("Cannot rename @everyone role");
                    if (old.isDefault() && (permissions.orElse(0L) & Permission.NEVER_EVERYONE) != 0)
                        throw invalid("Cannot grant dangerous permissions to @everyone role");
                    if (!old.isDefault()) below(rights, old.position());
                    escalating(rights, permissions.orElse(0L) & ~old.permissions());
                    if (position.isPresent()) below(rights, position.get());
                    Role fresh = new Role(
                            old.id(),
                            old.guildId(),
                            name.orElse(old.name()),
                            color.orElse(old.color()),
                            permissions.orElse(old.permissions()),
                            position.orElse(old.position()),
                            old.isDefault(),
                            old.createdMillis());
                    t.roles().update(fresh);
                    t.changed(new Change.OfGuild(old.guildId()));
                    return fresh;
                })
                .thenApply(role -> Answers.ok(Forms.role(role)));
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        UUID id = call.id("role");
        return with.store()
                .change(t -> {
                    GuildRights rights = managing(t, call);
                    Role role = found(t, call);
                    if (role.isDefault()) throw invalid("Cannot delete @everyone role");
                    below(rights, role.position());
                    t.changed(new Change.OfGuild(role.guildId()));
                    return t.roles().delete(role.guildId(), id);
                })
                .thenApply(_ -> Answers.ok(Answers.object().put("deleted", true).put("role_id", id.toString())));
    }

    private CompletionStage<HttpResponse> give(Call call) {
        return changing(call, "assigned", (t, role) -> {
            if (role.isDefault()) throw invalid("Cannot assign @everyone role");
            if (t.guilds().membership(role.guildId(), call.id("user")).isEmpty())
                throw invalid("User is not a member of this guild");
            t.roles().give(role.guildId(), call.id("user"), role.id());
            return true;
        });
    }

    private CompletionStage<HttpResponse> take(Call call) {
        return changing(call, "removed", (t, role) -> t.roles().take(role.guildId(), call.id("user"), role.id()));
    }

    private CompletionStage<HttpResponse> changing(Call call, String done, BiFunction<Tables, Role, Boolean> change) {
        UUID user = call.id("user");
        return with.store()
                .change(t -> {
                    GuildRights rights = managing(t, call);
                    Role role = found(t, call);
                    below(rights, role.position());
                    if (!change.apply(t, role)) throw noRole();
                    t.changed(new Change.OfMember(role.guildId(), user));
                    return true;
                })
                .thenApply(_ -> Answers.ok(answer(done, user, call.id("role"))));
    }

    private static ObjectNode answer(String done, UUID user, UUID role) {
        return Answers.object().put(done, true).put("user_id", user.toString()).put("role_id", role.toString());
    }

    // --- who may

    private static GuildRights managing(Tables tables, Call call) {
        UUID guild = call.id("guild");
        if (tables.guilds().membership(guild, call.user()).isEmpty()) throw notMember();
        GuildRights rights = GuildRights.of(tables, guild, call.user());
        if (!Permission.MANAGE_ROLES.isIn(rights.permissions()))
            throw new Refusal(403, "missing_permission", "Missing permission: MANAGE_ROLES")
                    .with("required", "GuildPermissions(MANAGE_ROLES)");
        return rights;
    }

    private static Role found(Tables tables, Call call) {
        return tables.roles().find(call.id("guild"), call.id("role")).orElseThrow(RoleEndpoints::noRole);
    }

    /** Throws when a position is not below the highest role of who asks. */
    private static void below(GuildRights rights, int position) {
        int own = rights.rank();
        if (position > own || rights.isOwner()) return;
        throw new Refusal(403, "role_hierarchy", "Cannot manage a role at or above your own")
                .with("your_position", own)
                .with("target_position", position);
    }

    static void escalating(GuildRights rights, long bits) {
        long lacking = bits & ~rights.permissions();
        if (lacking == 0) return;
        throw new Refusal(403, "cannot_escalate", "Cannot grant permissions you don't have")
                .with("attempted", "GuildPermissions(" + Permission.names(lacking) + ")");
    }

    static Refusal notMember() {
        return new Refusal(403, "not_member", "Not a member of this guild");
    }

    static Refusal noRole() {
        return new Refusal(404, "not_found", "Role not found");
    }

    private static Refusal invalid(String message) {
        return new Refusal(400, "validation", message);
    }
}
