package earshot.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Rooms that several dialects share.
 *
 * @param rooms a name, {@code *} stands for any letters
 */
public record Meeting(String rooms, Set<String> dialects) {
    static final Catalog CATALOG = new Catalog("", "Rooms that several dialects share.");

    static final Setting<List<Meeting>> MEET = CATALOG.optional(
            "meet",
            new MeetingsKind(),
            "public:lobby and public:lobby* for all dialects in development, no meeting in production",
            "Rooms that are one for several dialects: a list of {rooms: \"public:lobby-*\", dialects: [threadkit, waddle]}. A meeting has"
                    + " no tenant: whoever may come in to one of its dialects and says the name is let in, also with the name acme:x and"
                    + " a token of another tenant than acme.");

    public Meeting {
        dialects = Set.copyOf(dialects);
    }

    @Override
    public String toString() {
        return rooms + " for " + String.join(", ", dialects.stream().sorted().toList());
    }

    private static final class MeetingsKind implements Kind<List<Meeting>> {
        private static final List<String> DIALECTS = List.of("threadkit", "waddle", "summit", "graphwiz");

        @Override
        public String describe() {
            return "list of {rooms, dialects}";
        }

        @Override
        public List<Meeting> parse(Raw raw) {
            List<Meeting> meetings = new ArrayList<>();
            for (Raw item : Tables.entries(raw, describe())) meetings.add(meeting(item));
            return List.copyOf(meetings);
        }

        private static Meeting meeting(Raw raw) {
            Tables.Row row = Tables.row(raw, List.of("rooms", "dialects"));
            List<String> dialects = row.words("dialects");
            for (String dialect : dialects) {
                if (!DIALECTS.contains(dialect))
                    throw new Unfit("no dialect is called " + Kinds.quoted(dialect) + " (expected: "
                            + String.join(", ", DIALECTS) + ")");
            }
            if (dialects.size() < 2) throw new Unfit("a meeting needs at least two dialects");
            return new Meeting(row.word("rooms"), Set.copyOf(dialects));
        }

        @Override
        public String show(List<Meeting> meetings) {
            return meetings.isEmpty()
                    ? "(none)"
                    : String.join("; ", meetings.stream().map(Meeting::toString).toList());
        }
    }
}
