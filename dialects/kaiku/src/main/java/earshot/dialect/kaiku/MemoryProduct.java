package earshot.dialect.kaiku;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A product that knows only what it was told, in this process: for development and tests. Guilds have members and no roles: every member has every right in
 * every channel. Thread-safe.
 */
public final class MemoryProduct implements KaikuProduct {
    private final Map<UUID, KaikuUser> users = new LinkedHashMap<>();
    private final Map<UUID, Set<UUID>> guilds = new LinkedHashMap<>();
    private final Map<UUID, Channel> channels = new LinkedHashMap<>();
    private final Map<UUID, Set<UUID>> friends = new LinkedHashMap<>();
    private final Map<UUID, Set<UUID>> blocks = new LinkedHashMap<>();

    /** @param guild null: direct messages, of these people */
    private record Channel(
            ChannelAccess.Kind kind, @Nullable UUID guild, Set<UUID> people, int userLimit) {}

    /** The people and places of a development server. The ids are the same at every start. */
    public static MemoryProduct ofDevelopment() {
        var product = new MemoryProduct();
        product.put(user(Development.ALICE, "alice", "Alice"));
        product.put(user(Development.BOB, "bob", "Bob"));
        product.guild(Development.GUILD, List.of(Development.ALICE, Development.BOB));
        product.channel(Development.GENERAL, Development.GUILD, ChannelAccess.Kind.TEXT, 0);
        product.channel(Development.RANDOM, Development.GUILD, ChannelAccess.Kind.TEXT, 0);
        product.channel(Development.VOICE, Development.GUILD, ChannelAccess.Kind.VOICE, 0);
        product.direct(Development.DM, List.of(Development.ALICE, Development.BOB));
        product.befriend(Development.ALICE, Development.BOB);
        return product;
    }

    private static KaikuUser user(UUID id, String username, String name) {
        return new KaikuUser(id, username, name, null, ChosenStatus.ONLINE);
    }

    /** Who and what there is on a development server. */
    public static final class Development {
        public static final UUID ALICE = UUID.fromString("0190aaaa-0000-7000-8000-000000000001");
        public static final UUID BOB = UUID.fromString("0190bbbb-0000-7000-8000-000000000002");
        public static final UUID GUILD = UUID.fromString("0190eeee-0000-7000-8000-000000000005");
        public static final UUID GENERAL = UUID.fromString("0190cccc-0000-7000-8000-000000000003");
        public static final UUID RANDOM = UUID.fromString("0190cccc-0000-7000-8000-000000000004");
        public static final UUID VOICE = UUID.fromString("0190cccc-0000-7000-8000-000000000005");
        public static final UUID DM = UUID.fromString("0190ffff-0000-7000-8000-000000000006");

        private Development() {}
    }

    // --- what is told

    public synchronized void put(KaikuUser user) {
        users.put(user.id(), user);
    }

    public synchronized void remove(UUID user) {
        users.remove(user);
    }

    public synchronized void guild(UUID guild, List<UUID> members) {
        guilds.put(guild, new LinkedHashSet<>(members));
    }

    public synchronized void channel(UUID channel, UUID guild, ChannelAccess.Kind kind, int userLimit) {
        channels.put(channel, new Channel(kind, guild, Set.of(), userLimit));
    }

    public synchronized void direct(UUID channel, List<UUID> people) {
        channels.put(channel, new Channel(ChannelAccess.Kind.DIRECT, null, new LinkedHashSet<>(people), 0));
    }

    /** Takes a member out of a guild. The hub is to be told. */
    public synchronized void expel(UUID guild, UUID member) {
        guilds.getOrDefault(guild, new LinkedHashSet<>()).remove(member);
    }

    public synchronized void befriend(UUID one, UUID other) {
        friends.computeIfAbsent(one, _ -> new LinkedHashSet<>()).add(other);
        friends.computeIfAbsent(other, _ -> new LinkedHashSet<>()).add(one);
    }

    public synchronized void unfriend(UUID one, UUID other) {
        friends.getOrDefault(one, new LinkedHashSet<>()).remove(other);
        friends.getOrDefault(other, new LinkedHashSet<>()).remove(one);
    }

    /** In both directions: neither hears the other. */
    public synchronized void block(UUID one, UUID other) {
        blocks.computeIfAbsent(one, _ -> new LinkedHashSet<>()).add(other);
        blocks.computeIfAbsent(other, _ -> new LinkedHashSet<>()).add(one);
    }

    // --- what is asked

    @Override
    public synchronized CompletionStage<Optional<KaikuUser>> user(UUID user) {
        return done(Optional.ofNullable(users.get(user)));
    }

    @Override
    public synchronized CompletionStage<ChannelAccess> access(UUID user, UUID channel) {
        Channel found = channels.get(channel);
        if (found == null) return done(ChannelAccess.NO_CHANNEL);
        if (found.guild == null) return done(found.people.contains(user) ? ChannelAccess.DIRECT : ChannelAccess.HIDDEN);
        boolean isMember = guilds.getOrDefault(found.guild, Set.of()).contains(user);
        return done(
                isMember
                        ? new ChannelAccess(found.kind, EnumSet.allOf(ChannelAccess.Right.class), found.userLimit)
                        : ChannelAccess.HIDDEN);
    }

    @Override
    public synchronized CompletionStage<Circle> circle(UUID user) {
        List<UUID> in = new ArrayList<>();
        guilds.forEach((guild, members) -> {
            if (members.contains(user)) in.add(guild);
        });
        Set<UUID> unheard = blocks.getOrDefault(user, Set.of());
        List<UUID> heard = friends.getOrDefault(user, Set.of()).stream()
                .filter(f -> !unheard.contains(f))
                .toList();
        return done(new Circle(heard, List.copyOf(unheard), in));
    }

    @Override
    public synchronized CompletionStage<List<UUID>> participants(UUID dm) {
        Channel found = channels.get(dm);
        return done(found == null || found.guild != null ? List.of() : List.copyOf(found.people));
    }

    @Override
    public synchronized CompletionStage<Void> choose(UUID user, ChosenStatus status) {
        KaikuUser known = users.get(user);
        if (known != null)
            users.put(user, new KaikuUser(user, known.username(), known.displayName(), known.avatarUrl(), status));
        return CompletableFuture.completedStage(null);
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedStage(value);
    }
}
