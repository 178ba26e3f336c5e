package earshot.core.room;

import earshot.core.message.NameUuid;
import earshot.core.message.RoomId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Realms with the operator's meetings. Thread-safe; what it learns is bounded.
 *
 * <p>A name belongs to a meeting when it fits the meeting's pattern as the client spells it, or as {@code tenant:name}; the meeting's room has the
 * name that fitted. Some dialects name rooms by UUID (threadkit's pages): there a room of a meeting is the UUID v5 of {@code meeting} and the room's
 * name ({@link NameUuid#of}), as well as any UUID that fits a pattern. A UUID cannot be turned back into a name, so rooms of a pattern with {@code *}
 * are known by UUID once somebody has met there by name, the {@value #MAX_LEARNED} that were used last. Who came to such a UUID before stands in a
 * room of their own; {@link #whenLearned} tells of it, so that they can be sent back to the door and meet the others.
 */
public final class Meetings implements Realms {
    private static final int MAX_LEARNED = 10_000;
    private static final int UUID_CHARS = 36;

    private record Declared(Meeting meeting, Pattern pattern) {}

    private final List<Declared> declared;
    private final Map<String, RoomRules> rulesByDialect;
    private final Map<String, RoomId> literal;
    /** Guarded by itself. */
    private final Map<String, RoomId> learned = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RoomId> eldest) {
            return size() > MAX_LEARNED;
        }
    };

    private volatile Consumer<RoomId> strangers = _ -> {};

    /** @param rulesByDialect of every dialect that is on; those for members only take no part in meetings */
    public Meetings(List<Meeting> meetings, Map<String, RoomRules> rulesByDialect) {
        this.rulesByDialect = Map.copyOf(rulesByDialect);
        this.declared = meetings.stream().map(m -> new Declared(m, m.pattern())).toList();
        this.literal = meetings.stream()
                .filter(Meeting::isLiteral)
                .map(m -> room(m.rooms()))
                .distinct()
                .collect(Collectors.toUnmodifiableMap(r -> uuidOf(r).toString(), r -> r));
    }

    /** Hears of rooms that were a UUID of their own until now, when a meeting of that UUID becomes known. Called on any thread. */
    public void whenLearned(Consumer<RoomId> listener) {
        strangers = listener;
    }

    /** Takes the room as met before, as by who finds it in a log. Rooms outside meetings are passed over. */
    public void know(RoomId room) {
        if (!dialects(room).isEmpty()) learn(room.name());
    }

    /** Under which UUID a dialect that names rooms by UUID knows a room of a meeting. */
    public static UUID uuidOf(RoomId meetingRoom) {
        return NameUuid.of(RoomId.MEETING, meetingRoom.name());
    }

    @Override
    public RoomId resolve(String dialect, String tenant, String name) {
        return meetingRoom(dialect, tenant, name).orElseGet(() -> new RoomId(dialect, tenant, name));
    }

    private Optional<RoomId> meetingRoom(String dialect, String tenant, String name) {
        if (declared.isEmpty() || isMembersOnly(dialect)) return Optional.empty();
        RoomId known = knownByUuid(name);
        if (known != null && meets(dialect, known.name())) return Optional.of(known);
        if (meets(dialect, name)) return Optional.of(learn(name));
        String qualified = tenant + ":" + name;
        if (!tenant.isEmpty() && qualified.length() <= RoomId.MAX_NAME_CHARS && meets(dialect, qualified)) {
            return Optional.of(learn(qualified));
        }
        return Optional.empty();
    }

    private boolean meets(String dialect, String name) {
        for (Declared d : declared) {
            if (d.meeting.dialects().contains(dialect)
                    && d.pattern.matcher(name).matches()) return true;
        }
        return false;
    }

    private boolean isMembersOnly(String dialect) {
        RoomRules rules = rulesByDialect.get(dialect);
        return rules != null && rules.membersOnly();
    }

    private @Nullable RoomId knownByUuid(String name) {
        if (name.length() != UUID_CHARS) return null;
        RoomId always = literal.get(name);
        if (always != null) return always;
        synchronized (learned) {
            return learned.get(name);
        }
    }

    private static RoomId room(String name) {
        return new RoomId(RoomId.MEETING, "", name);
    }

    private RoomId learn(String name) {
        RoomId room = room(name);
        String uuid = uuidOf(room).toString();
        if (literal.containsKey(uuid)) return room;
        boolean isNews;
        synchronized (learned) {
            isNews = learned.put(uuid, room) == null;
        }
        if (isNews) for (String dialect : dialects(room)) strangers.accept(new RoomId(dialect, "", uuid));
        return room;
    }

    /** The dialects that meet in a room; empty for a room that is no meeting's. */
    public Set<String> dialects(RoomId room) {
        if (!room.realm().equals(RoomId.MEETING)) return Set.of();
        return declared.stream()
                .filter(d -> d.pattern.matcher(room.name()).matches())
                .flatMap(d -> d.meeting.dialects().stream())
                .filter(d -> !isMembersOnly(d))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public RoomRules rules(RoomId room) {
        @Nullable
        RoomRules rules = room.realm().equals(RoomId.MEETING)
                ? dialects(room).stream()
                        .map(rulesByDialect::get)
                        .filter(r -> r != null)
                        .reduce(RoomRules::atLeast)
                        .orElse(null)
                : rulesByDialect.get(room.realm());
        if (rules == null) throw new IllegalArgumentException("room: " + room + " (expected: a realm that is on)");
        return rules;
    }
}
