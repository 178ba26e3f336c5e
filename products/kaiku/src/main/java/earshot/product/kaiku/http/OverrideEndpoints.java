package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Channel;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.RoleOverride;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.Tables;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** What a channel allows and denies to roles. Errors are spelt in lower case here, as the original does. */
final class OverrideEndpoints {
    private static final String ONE = "/api/channels/{channel}/overrides/{role}";

    private final Surroundings with;

    OverrideEndpoints(Surroundings with) {
        this.with = with;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/channels/{channel}/overrides", this::list),
                Endpoint.of("PUT", ONE, this::put),
                Endpoint.of("DELETE", ONE, this::delete));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        UUID channel = call.id("channel");
        return with.store()
                .read(t -> guildOf(t, channel)
                        .filter(guild ->
                                t.guilds().membership(guild, call.user()).isPresent())
                        .map(_ -> t.roles().overrides(channel)))
                .thenApply(found ->
                        Answers.ok(Answers.array(found.orElseThrow(RoleEndpoints::notMember), Forms::override)));
    }

    private static Optional<UUID> guildOf(Tables tables, UUID channel) {
        return tables.channels().find(channel).map(Channel::guildId);
    }

    private CompletionStage<HttpResponse> put(Call call) {
        long allow = call.maybeBits("allow").orElse(0L) & Permission.ALL;
        long deny = call.maybeBits("deny").orElse(0L) & Permission.ALL;
        RoleOverride override = new RoleOverride(call.id("channel"), call.id("role"), allow, deny);
        return with.store()
                .change(t -> {
                    GuildRights rights = managing(t, call);
                    UUID guild = rights.shape().guild().id();
                    if (t.roles().find(guild, override.roleId()).isEmpty()) throw RoleEndpoints.noRole();
                    RoleEndpoints.escalating(rights, allow);
                    t.roles().putOverride(override);
                    t.changed(new Change.OfGuild(guild));
                    return true;
                })
                .thenApply(_ -> Answers.ok(Forms.override(override)));
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        UUID channel = call.id("channel");
        UUID role = call.id("role");
        return with.store()
                .change(t -> {
                    GuildRights rights = managing(t, call);
                    if (!t.roles().deleteOverride(channel, role)) throw RoleEndpoints.noRole();
                    t.changed(new Change.OfGuild(rights.shape().guild().id()));
                    return true;
                })
                .thenApply(_ -> Answers.ok(Answers.object()
                        .put("deleted", true)
                        .put("channel_id", channel.toString())
                        .put("role_id", role.toString())));
    }

    private static GuildRights managing(Tables tables, Call call) {
        UUID guild = guildOf(tables, call.id("channel"))
                .orElseThrow(() -> new Refusal(404, "not_found", "Channel not found"));
        if (tables.guilds().membership(guild, call.user()).isEmpty()) throw RoleEndpoints.notMember();
        GuildRights rights = GuildRights.of(tables, guild, call.user());
        if (!Permission.MANAGE_CHANNELS.isIn(rights.permissions()))
            throw new Refusal(403, "permission", "Missing permission: MANAGE_CHANNELS");
        return rights;
    }
}
