package earshot.product.kaiku;

import earshot.core.records.RecordCache;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.KaikuStore;
import earshot.product.kaiku.store.Tables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the tables say of who is who and may do what, remembered, so that what clients do all the time (type, write, subscribe) asks no table. Thread-safe;
 * callers never block; what is remembered is answered at once. Bounded: so many of each kind, those asked for longest ago go first.
 *
 * <h2>How old it may be</h2>
 * A change of this node is known when whoever made it hears that it is stored. A change of another node is known when its news come, mostly within
 * milliseconds; while news cannot come nothing is remembered for longer than {@link #SHARED}. Listeners ({@link #whenChanged}) hear of a change when it is known.
 */
public final class Knowledge {
    /** Nobody else changes the tables: it is only for memory that anything is forgotten. */
    private static final Duration ALONE = Duration.ofMinutes(30);

    private static final Duration SHARED = Duration.ofSeconds(30);
    private static final Duration MISSING = Duration.ofSeconds(5);
    private static final Duration STALE = Duration.ofMinutes(5);

    private static final int PEOPLE = 100_000;
    private static final int GUILDS = 10_000;
    private static final int CHANNELS = 100_000;
    private static final int MEMBERS = 200_000;

    private record MemberKey(UUID guild, UUID user) {}

    /** @param participants of a DM; empty for a channel of a guild */
    private record Place(Channel channel, Set<UUID> participants) {}

    /** What is remembered; all of it is replaced when anything may have changed. */
    private record Remembered(
            RecordCache<UUID, Person> people,
            RecordCache<UUID, GuildShape> guilds,
            RecordCache<UUID, Place> places,
            RecordCache<MemberKey, Membership> members,
            RecordCache<UUID, Relations> relations) {}

    private final KaikuStore store;
    private final Clock clock;
    private final Meter meter;
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private volatile Remembered remembered;

    public Knowledge(KaikuStore store, Clock clock, Meter meter) {
        this.store = store;
        this.clock = clock;
        this.meter = meter;
        remembered = nothing();
        store.follow(this::onChange);
    }

    private Remembered nothing() {
        return new Remembered(
                cache(PEOPLE, id -> t -> t.people().find(id)),
                cache(GUILDS, id -> t -> t.guilds().shape(id)),
                cache(CHANNELS, id -> t -> place(t, id)),
                cache(MEMBERS, key -> t -> t.guilds().membership(key.guild, key.user)),
                cache(PEOPLE, id -> t -> Optional.of(t.friendships().relations(id))));
    }

    private <K, V> RecordCache<K, V> cache(int most, Function<K, Function<Tables, Optional<V>>> question) {
        Duration found = store.isShared() ? SHARED : ALONE;
        var terms = new RecordCache.Terms(most, found, MISSING, STALE);
        return new RecordCache<>(terms, key -> store.read(question.apply(key)), clock, meter);
    }

    private static Optional<Place> place(Tables tables, UUID id) {
        return tables.channels()
                .find(id)
                .map(channel -> new Place(
                        channel,
                        channel.type() == Channel.Type.DM ? tables.channels().participantIds(id) : Set.of()));
    }

    // --- asking; every stage fails when the store does not answer and nothing is remembered

    public CompletionStage<Optional<Person>> person(UUID id) {
        return remembered.people.find(id);
    }

    public CompletionStage<Optional<GuildShape>> guild(UUID id) {
        return remembered.guilds.find(id);
    }

    public CompletionStage<Optional<Channel>> channel(UUID id) {
        return remembered.places.find(id).thenApply(found -> found.map(Place::channel));
    }

    /** Who takes part in a DM; nobody when it is none. */
    public CompletionStage<Set<UUID>> participants(UUID dm) {
        return remembered
                .places
                .find(dm)
                .thenApply(found -> found.map(Place::participants).orElse(Set.of()));
    }

    public CompletionStage<Optional<Membership>> membership(UUID guild, UUID user) {
        return remembered.members.find(new MemberKey(guild, user));
    }

    public CompletionStage<Relations> relations(UUID user) {
        return remembered.relations.find(user).thenApply(Optional::orElseThrow);
    }

    /** Whether a person may be in a channel, and what for. */
    public CompletionStage<ChannelAccess> access(UUID user, UUID channel) {
        return remembered
                .places
                .find(channel)
                .thenCompose(place -> place.map(p -> access(user, p))
                        .orElseGet(() -> CompletableFuture.completedStage(new ChannelAccess.Unknown())));
    }

    private CompletionStage<ChannelAccess> access(UUID user, Place place) {
        Channel channel = place.channel;
        UUID guild = channel.guildId();
        if (guild == null)
            return CompletableFuture.completedStage(
                    place.participants.contains(user)
                            ? new ChannelAccess.Granted(channel, Permission.ALL, place.participants)
                            : new ChannelAccess.Denied(channel));
        return membership(guild, user).thenCombine(guild(guild), (member, shape) -> access(channel, member, shape));
    }

    private static ChannelAccess access(Channel channel, Optional<Membership> member, Optional<GuildShape> shape) {
        if (member.isEmpty() || shape.isEmpty()) return new ChannelAccess.Denied(channel);
        long bits = shape.get().permissions(member.get(), channel.id());
        return Permission.VIEW_CHANNEL.isIn(bits)
                ? new ChannelAccess.Granted(channel, bits, Set.of())
                : new ChannelAccess.Denied(channel);
    }

    // --- changing

    /** Hears of every change that this node knows of, when it is known. On any thread; must not block or throw. */
    public void whenChanged(Consumer<Change> listener) {
        listeners.add(listener);
    }

    private void onChange(Change change) {
        Remembered now = remembered;
        switch (change) {
            case Change.OfPerson c -> now.people.forget(c.user());
            case Change.OfGuild c -> now.guilds.forget(c.guild());
            case Change.OfChannel c -> now.places.forget(c.channel());
            case Change.OfParticipant c -> now.places.forget(c.channel());
            case Change.OfMember c -> now.members.forget(new MemberKey(c.guild(), c.user()));
            case Change.OfRelation c -> {
                now.relations.forget(c.one());
                now.relations.forget(c.other());
            }
            case Change.LoggedOut _ -> {}
            case Change.OfAnything _ -> remembered = nothing();
        }
        for (Consumer<Change> listener : listeners) listener.accept(change);
    }
}
