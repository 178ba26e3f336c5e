package earshot.server.config;

import java.util.List;
import java.util.Map;

/** Lists of tables, in the file or as JSON: each row with known members only. */
final class Tables {
    private Tables() {}

    /** The list's entries; outside the file a list is JSON. */
    static List<Raw> entries(Raw raw, String expected) {
        Raw read = raw instanceof Raw.Text text ? YamlFile.inline(text.text()) : raw;
        if (read instanceof Raw.Items list) return list.items();
        throw new Kind.Unfit("is no list (expected: " + expected + "; as JSON outside the file)");
    }

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
