package earshot.server.config;

import java.util.List;
import java.util.Map;

/** Lists of tables in the file: each row with known members only. */
final class Tables {
    private Tables() {}

    static Row row(Raw raw, List<String> members) {
        if (!(raw instanceof Raw.Table table))
            throw new Kind.Unfit("an entry is no table (expected: " + String.join(", ", members) + ")");
        for (String name : table.members().keySet()) {
            if (!members.contains(name))
                throw new Kind.Unfit(
                        "an entry has " + Kinds.quoted(name) + " (expected: " + String.join(", ", members) + ")");
        }
        return new Row(table.members());
    }

    /** One entry of such a list. */
    record Row(Map<String, Raw> members) {
        String word(String name) {
            Raw raw = members.get(name);
            if (raw == null) throw new Kind.Unfit("an entry has no " + name);
            return Kinds.word(raw).text().strip();
        }

        String wordOr(String name, String fallback) {
            return members.containsKey(name) ? word(name) : fallback;
        }

        List<String> words(String name) {
            Raw raw = members.get(name);
            return raw == null ? List.of() : Kinds.WORDS.parse(raw);
        }
    }
}
