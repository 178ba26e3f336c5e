package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Channel;
import earshot.product.kaiku.Guild;
import earshot.product.kaiku.Membership;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.Role;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.GuildTable;
import earshot.product.kaiku.store.Tables;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Guilds themselves. */
final class GuildEndpoints {
    private static final String NAME = "Name must be 2-100 characters";
    /** A change of more is told as a change of anything. */
    private static final int MEMBERS_TOLD = 1000;

    private static final String DESCRIPTION = "Description must be at most 1000 characters";

    private final Surroundings with;

    GuildEndpoints(Surroundings with) {
        this.with = with;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/guilds", this::list),
                Endpoint.of("POST", "/api/guilds", this::create),
                Endpoint.of("GET", "/api/guilds/{guild}", this::get),
                Endpoint.of("PATCH", "/api/guilds/{guild}", this::update),
                Endpoint.of("DELETE", "/api/guilds/{guild}", this::delete),
                Endpoint.of("POST", "/api/guilds/{guild}/transfer", this::transfer),
                Endpoint.of("GET", "/api/guilds/{guild}/settings", this::settings),
                Endpoint.of("GET", "/api/guilds/{guild}/categories", this::nothingYet),
                Endpoint.of("GET", "/api/guilds/{guild}/emojis", this::nothingYet));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        return with.store()
                .read(t -> t.guilds().ofMember(call.user()))
                .thenApply(all -> Answers.ok(Answers.array(all, Forms::guild)));
    }

    private CompletionStage<HttpResponse> create(Call call) {
        Guild guild = new Guild(
                with.nextId(),
                call.text("name", 2, 100, NAME),
                call.user(),
                null,
                call.maybeText("description", 0, 1000, DESCRIPTION).orElse(null),
                false,
                with.now());
        return with.store()
                .change(t -> {
                    if (t.guilds().ofMember(call.user()).size() >= with.rules().maxGuilds())
                        throw full("guilds per user", with.rules().maxGuilds());
                    t.guilds().insert(guild);
                    t.guilds()
                            .addMember(new Membership(guild.id(), call.user(), null, guild.createdMillis(), Set.of()));
                    t.roles().insert(everyone(guild));
                    t.changed(new Change.OfGuild(guild.id()));
                    t.changed(new Change.OfMember(guild.id(), call.user()));
                    return guild;
                })
                .thenApply(made -> Answers.ok(Forms.guild(made)));
    }

    private Role everyone(Guild guild) {
        return new Role(
                with.nextId(), guild.id(), "everyone", null, Permission.EVERYONE, 0, true, guild.createdMillis());
    }

    static Refusal full(String what, int most) {
        return new Refusal(403, "LIMIT_EXCEEDED", "Maximum number of " + what + " reached (" + most + ")");
    }

    private CompletionStage<HttpResponse> get(Call call) {
        UUID id = call.id("guild");
        return with.store()
                .read(t -> {
                    Optional<Guild> guild = t.guilds().find(id);
                    boolean isMember = t.guilds().membership(id, call.user()).isPresent();
                    return isMember ? guild : Optional.<Guild>empty();
                })
                .thenApply(found -> Answers.ok(Forms.guild(found.orElseThrow(Refusal::forbidden))));
    }

    private CompletionStage<HttpResponse> update(Call call) {
        Optional<String> name = call.maybeText("name", 2, 100, NAME);
        Optional<String> description = call.maybeText("description", 0, 1000, DESCRIPTION);
        Optional<String> icon = call.maybeText("icon_url", 0, 2000, "icon_url: too long");
        return with.store()
                .change(t -> {
                    Guild old = managed(t, call).shape().guild();
                    Guild fresh = new Guild(
                            old.id(),
                            name.orElse(old.name()),
                            old.ownerId(),
                            icon.orElse(old.iconUrl()),
                            description.orElse(old.description()),
                            old.threadsEnabled(),
                            old.createdMillis());
                    t.guilds().update(fresh);
                    t.changed(new Change.OfGuild(old.id()));
                    return fresh;
                })
                .thenApply(fresh -> Answers.ok(Forms.guild(fresh)));
    }

    private static GuildRights managed(Tables tables, Call call) {
        GuildRights rights = GuildRights.of(tables, call.id("guild"), call.user());
        if (!Permission.MANAGE_GUILD.isIn(rights.permissions())) throw Refusal.forbidden();
        return rights;
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        return with.store()
                .change(t -> {
                    GuildRights rights = owned(t, call);
                    UUID id = rights.shape().guild().id();
                    for (Channel channel : rights.shape().channels()) t.changed(new Change.OfChannel(channel.id()));
                    // Who was in it must hear of it: there is nobody to be asked afterwards.
                    for (GuildTable.Member member : t.guilds().members(id, null, MEMBERS_TOLD))
                        t.changed(new Change.OfMember(id, member.person().id()));
                    t.changed(new Change.OfGuild(id));
                    return t.guilds().delete(id);
                })
                .thenApply(_ -> Answers.noContent());
    }

    private static GuildRights owned(Tables tables, Call call) {
        GuildRights rights = GuildRights.of(tables, call.id("guild"), call.user());
        if (!rights.isOwner()) throw Refusal.forbidden();
        return rights;
    }

    private CompletionStage<HttpResponse> transfer(Call call) {
        UUID next = call.bodyId("user_id");
        return with.store()
                .change(t -> {
                    Guild old = owned(t, call).shape().guild();
                    if (t.guilds().membership(old.id(), next).isEmpty())
                        throw Refusal.invalid("User is not a member of this guild");
                    Guild fresh = new Guild(
                            old.id(),
                            old.name(),
                            next,
                            old.iconUrl(),
                            old.description(),
                            old.threadsEnabled(),
                            old.createdMillis());
                    t.guilds().update(fresh);
                    t.changed(new Change.OfGuild(old.id()));
                    return fresh;
                })
                .thenApply(fresh -> Answers.ok(Forms.guild(fresh)));
    }

    private CompletionStage<HttpResponse> settings(Call call) {
        return with.store()
                .read(t -> t.guilds().membership(call.id("guild"), call.user()).isPresent())
                .thenApply(isMember -> {
                    if (!isMember) throw Refusal.forbidden();
                    return Answers.ok(Answers.object().put("threads_enabled", false));
                });
    }

    /** Asked by the original's pages when they load: there are none here. */
    private CompletionStage<HttpResponse> nothingYet(Call call) {
        return with.store()
                .read(t -> t.guilds().membership(call.id("guild"), call.user()).isPresent())
                .thenApply(isMember -> {
                    if (!isMember) throw Refusal.forbidden();
                    return Answers.ok(Answers.array());
                });
    }
}
