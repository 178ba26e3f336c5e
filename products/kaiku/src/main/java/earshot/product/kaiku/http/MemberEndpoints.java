package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Channel;
import earshot.product.kaiku.Guild;
import earshot.product.kaiku.Membership;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.GuildTable;
import earshot.product.kaiku.store.ReadTable.ReadMark;
import earshot.product.kaiku.store.Tables;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** Who is in a guild. */
final class MemberEndpoints {
    private static final int DEFAULT_PAGE = 1000;

    private final Surroundings with;

    MemberEndpoints(Surroundings with) {
        this.with = with;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/guilds/{guild}/members", this::list),
                Endpoint.of("POST", "/api/guilds/{guild}/members", this::add),
                Endpoint.of("PATCH", "/api/guilds/{guild}/members/{user}", this::nickname),
                Endpoint.of("DELETE", "/api/guilds/{guild}/members/{user}", this::kick),
                Endpoint.of("POST", "/api/guilds/{guild}/leave", this::leave));
    }

    /** All of a usual guild; those of a large one by pages: {@code after} is the last user id of the page before. */
    private CompletionStage<HttpResponse> list(Call call) {
        UUID guild = call.id("guild");
        int limit = call.limit(DEFAULT_PAGE, DEFAULT_PAGE);
        @Nullable
        UUID after = call.query("after").map(earshot.dialect.WireUuid::parse).orElse(null);
        return with.store()
                .read(t -> {
                    GuildRights.of(t, guild, call.user());
                    return t.guilds().members(guild, after, limit);
                })
                .thenCompose(this::withStatuses)
                .thenApply(Answers::ok);
    }

    private CompletionStage<ArrayNode> withStatuses(List<GuildTable.Member> members) {
        List<CompletableFuture<String>> statuses = members.stream()
                .map(m -> with.delivery().statusOf(m.person()).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(statuses.toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    ArrayNode all = Answers.array();
                    for (int i = 0; i < members.size(); i++)
                        all.add(Forms.member(members.get(i), statuses.get(i).join()));
                    return all;
                });
    }

    private CompletionStage<HttpResponse> add(Call call) {
        UUID user = call.bodyId("user_id");
        UUID guild = call.id("guild");
        return with.store()
                .change(t -> {
                    GuildRights.of(t, guild, call.user()).needing(Permission.MANAGE_GUILD);
                    if (t.people().find(user).isEmpty()) throw Refusal.noUser();
                    enter(t, guild, user);
                    return true;
                })
                .thenApply(
                        _ -> Answers.created(Answers.object().put("added", true).put("user_id", user.toString())));
    }

    /** In the transaction; nothing happens when they are in. What was said before does not count as unread. False: was in. */
    boolean enter(Tables tables, UUID guild, UUID user) {
        if (tables.guilds().membership(guild, user).isPresent()) return false;
        if (tables.guilds().countMembers(guild) >= with.rules().maxMembers())
            throw GuildEndpoints.full("members", with.rules().maxMembers());
        if (tables.guilds().ofMember(user).size() >= with.rules().maxGuilds())
            throw GuildEndpoints.full("guilds per user", with.rules().maxGuilds());
        tables.guilds().addMember(new Membership(guild, user, null, with.now(), Set.of()));
        for (Channel channel : tables.channels().ofGuild(guild)) {
            if (channel.type() == Channel.Type.TEXT)
                tables.reads().put(user, channel.id(), new ReadMark(null, with.now()));
        }
        tables.changed(new Change.OfMember(guild, user));
        return true;
    }

    /** One's own, or with the right to manage the guild. */
    private CompletionStage<HttpResponse> nickname(Call call) {
        UUID guild = call.id("guild");
        UUID user = call.id("user");
        String nickname = call.maybeText("nickname", 0, 64, "nickname: expected at most 64 characters")
                .filter(text -> !text.isBlank())
                .orElse(null);
        return with.store()
                .change(t -> {
                    GuildRights rights = GuildRights.of(t, guild, call.user());
                    if (!user.equals(call.user())) rights.needing(Permission.MANAGE_GUILD);
                    if (t.guilds().membership(guild, user).isEmpty()) throw Refusal.noUser();
                    t.guilds().setNickname(guild, user, nickname);
                    t.changed(new Change.OfMember(guild, user));
                    return true;
                })
                .thenApply(_ -> Answers.ok(
                        Answers.object().put("user_id", user.toString()).put("nickname", nickname)));
    }

    private CompletionStage<HttpResponse> kick(Call call) {
        UUID guild = call.id("guild");
        UUID user = call.id("user");
        return with.store()
                .change(t -> {
                    GuildRights rights = GuildRights.of(t, guild, call.user());
                    if (!Permission.KICK_MEMBERS.isIn(rights.permissions())) throw Refusal.forbidden();
                    Membership target = t.guilds().membership(guild, user).orElseThrow(Refusal::noUser);
                    if (rights.shape().guild().ownerId().equals(user))
                        throw Refusal.invalid("Cannot kick the guild owner");
                    if (!rights.isOwner() && rights.shape().rank(target) <= rights.rank()) throw Refusal.forbidden();
                    return remove(t, guild, user);
                })
                .thenApply(_ -> Answers.noContent());
    }

    private CompletionStage<HttpResponse> leave(Call call) {
        UUID id = call.id("guild");
        return with.store()
                .change(t -> {
                    Guild guild = t.guilds().find(id).orElseThrow(Refusal::noGuild);
                    if (t.guilds().membership(id, call.user()).isEmpty()) throw Refusal.noGuild();
                    if (guild.ownerId().equals(call.user()))
                        throw Refusal.invalid("Guild owner must transfer ownership before leaving");
                    return remove(t, id, call.user());
                })
                .thenApply(_ -> Answers.noContent());
    }

    private static boolean remove(Tables tables, UUID guild, UUID user) {
        tables.changed(new Change.OfMember(guild, user));
        return tables.guilds().removeMember(guild, user);
    }
}
