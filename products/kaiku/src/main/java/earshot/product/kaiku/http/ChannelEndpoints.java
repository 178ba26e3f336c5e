package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Channel;
import earshot.product.kaiku.ChannelAccess;
import earshot.product.kaiku.GuildShape;
import earshot.product.kaiku.Membership;
import earshot.product.kaiku.MessageIds;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.Tables;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.node.ArrayNode;

/** Channels of guilds. */
final class ChannelEndpoints {
    private static final String NAME = "Name must be 1-64 characters";
    private static final String LIMIT = "User limit must be between 1 and 99";
    private static final int MAX_TOPIC = 1024;

    private final Surroundings with;
    private final Unread unread;

    ChannelEndpoints(Surroundings with) {
        this.with = with;
        this.unread = new Unread(with);
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/guilds/{guild}/channels", this::list),
                Endpoint.of("POST", "/api/guilds/{guild}/channels", call -> create(call, call.id("guild"))),
                Endpoint.of("POST", "/api/channels", call -> create(call, call.bodyId("guild_id"))),
                Endpoint.of("GET", "/api/channels/{channel}", this::get),
                Endpoint.of("PATCH", "/api/channels/{channel}", this::update),
                Endpoint.of("DELETE", "/api/channels/{channel}", this::delete),
                Endpoint.of("POST", "/api/channels/{channel}/read", this::read));
    }

    /** Those that the member may see. */
    private CompletionStage<HttpResponse> list(Call call) {
        UUID guild = call.id("guild");
        return with.knowledge()
                .membership(guild, call.user())
                .thenCombine(with.knowledge().guild(guild), (member, shape) -> visible(member, shape))
                .thenCompose(channels -> withUnread(call.user(), channels))
                .thenApply(Answers::ok);
    }

    private static List<Channel> visible(Optional<Membership> member, Optional<GuildShape> shape) {
        if (member.isEmpty() || shape.isEmpty()) throw Refusal.forbidden();
        return shape.get().channels().stream()
                .filter(c -> Permission.VIEW_CHANNEL.isIn(shape.get().permissions(member.get(), c.id())))
                .toList();
    }

    private CompletionStage<ArrayNode> withUnread(UUID user, List<Channel> channels) {
        List<CompletableFuture<Integer>> counts = channels.stream()
                .map(c -> c.type() == Channel.Type.TEXT
                        ? unread.count(user, c.id()).toCompletableFuture()
                        : CompletableFuture.completedFuture(0))
                .toList();
        return CompletableFuture.allOf(counts.toArray(CompletableFuture[]::new)).thenApply(_ -> {
            ArrayNode all = Answers.array();
            for (int i = 0; i < channels.size(); i++)
                all.add(Forms.channel(channels.get(i))
                        .put("unread_count", counts.get(i).join()));
            return all;
        });
    }

    private CompletionStage<HttpResponse> create(Call call, UUID guild) {
        String name = call.text("name", 1, Channel.MAX_NAME_CHARS, NAME);
        Channel.Type type = Channel.Type.of(call.maybeText("channel_type", 0, 16, "Invalid channel type")
                        .orElse("text"))
                .filter(t -> t != Channel.Type.DM)
                .orElseThrow(() -> Refusal.invalid("Invalid channel type"));
        Optional<String> topic = topic(call);
        Optional<Integer> userLimit = call.maybeInt("user_limit", 1, 99, LIMIT);
        return with.store()
                .change(t -> {
                    GuildRights rights = GuildRights.of(t, guild, call.user());
                    if (!Permission.MANAGE_CHANNELS.isIn(rights.permissions())) throw Refusal.forbidden();
                    List<Channel> earlier = rights.shape().channels();
                    if (earlier.size() >= with.rules().maxChannels())
                        throw GuildEndpoints.full(
                                "channels per guild", with.rules().maxChannels());
                    int last =
                            earlier.stream().mapToInt(Channel::position).max().orElse(-1);
                    Channel channel = new Channel(
                            with.nextId(),
                            type,
                            name,
                            guild,
                            topic.orElse(null),
                            userLimit.orElse(null),
                            last + 1,
                            Channel.SCREEN_SHARES,
                            with.now(),
                            with.now());
                    t.channels().insert(channel, MessageIds.tagOf(channel.id()));
                    t.changed(new Change.OfChannel(channel.id()));
                    t.changed(new Change.OfGuild(guild));
                    return channel;
                })
                .thenApply(channel -> Answers.created(Forms.channel(channel)));
    }

    private static Optional<String> topic(Call call) {
        return call.maybeText("topic", 0, MAX_TOPIC, "Topic must be at most 1024 characters");
    }

    private CompletionStage<HttpResponse> get(Call call) {
        return with.knowledge().access(call.user(), call.id("channel")).thenApply(access -> switch (access) {
            case ChannelAccess.Unknown _ -> throw Refusal.noChannel();
            case ChannelAccess.Denied _ -> throw Refusal.forbidden();
            case ChannelAccess.Granted granted -> Answers.ok(Forms.channel(granted.channel()));
        });
    }

    private CompletionStage<HttpResponse> update(Call call) {
        Optional<String> name = call.maybeText("name", 1, Channel.MAX_NAME_CHARS, NAME);
        Optional<String> topic = topic(call);
        Optional<Integer> userLimit = call.maybeInt("user_limit", 1, 99, LIMIT);
        Optional<Integer> position = call.maybeInt("position", 0, 1_000_000, "position: expected 0 to 1000000");
        return with.store()
                .change(t -> {
                    Channel old = managed(t, call);
                    Channel fresh = new Channel(
                            old.id(),
                            old.type(),
                            name.orElse(old.name()),
                            old.guildId(),
                            topic.orElse(old.topic()),
                            userLimit.orElse(old.userLimit()),
                            position.orElse(old.position()),
                            old.maxScreenShares(),
                            old.createdMillis(),
                            with.now());
                    t.channels().update(fresh);
                    told(t, fresh);
                    return fresh;
                })
                .thenApply(channel -> Answers.ok(Forms.channel(channel)));
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        return with.store()
                .change(t -> {
                    Channel channel = managed(t, call);
                    told(t, channel);
                    return t.channels().delete(channel.id());
                })
                .thenApply(_ -> Answers.noContent());
    }

    private static Channel managed(Tables tables, Call call) {
        Channel channel = tables.channels().find(call.id("channel")).orElseThrow(Refusal::noChannel);
        UUID guild = channel.guildId();
        if (guild == null) throw Refusal.forbidden();
        Membership member = tables.guilds().membership(guild, call.user()).orElseThrow(Refusal::forbidden);
        long bits = tables.guilds().shape(guild).orElseThrow(Refusal::noGuild).permissions(member, channel.id());
        if (!Permission.VIEW_CHANNEL.isIn(bits) || !Permission.MANAGE_CHANNELS.isIn(bits)) throw Refusal.forbidden();
        return channel;
    }

    private static void told(Tables tables, Channel channel) {
        tables.changed(new Change.OfChannel(channel.id()));
        if (channel.guildId() != null) tables.changed(new Change.OfGuild(channel.guildId()));
    }

    private CompletionStage<HttpResponse> read(Call call) {
        UUID channel = call.id("channel");
        return with.knowledge().access(call.user(), channel).thenCompose(access -> switch (access) {
            case ChannelAccess.Unknown _ -> throw Refusal.noChannel();
            case ChannelAccess.Denied _ -> throw Refusal.forbidden();
            case ChannelAccess.Granted granted -> {
                if (granted.channel().type() == Channel.Type.DM) throw Refusal.noChannel();
                yield unread.mark(call, channel, "channel_read").thenApply(_ -> Answers.nothing());
            }
        });
    }
}
