package earshot.engine.sql.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Any text as PostgreSQL can keep it: its type TEXT has no U+0000 (PostgreSQL manual, 8.3). U+0001 and a digit stand for U+0000 and for U+0001 itself; who
 * looks into the table sees everything else as it was said.
 */
final class StoredText {
    private static final char ESCAPE = '\u0001';

    private StoredText() {}

    static String in(String text) {
        if (text.indexOf('\0') < 0 && text.indexOf(ESCAPE) < 0) return text;
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > ESCAPE) out.append(c);
            else out.append(ESCAPE).append((char) ('0' + c));
        }
        return out.toString();
    }

    static @Nullable String inOrNull(@Nullable String text) {
        return text == null ? null : in(text);
    }

    static String out(String stored) {
        if (stored.indexOf(ESCAPE) < 0) return stored;
        StringBuilder text = new StringBuilder(stored.length());
        for (int i = 0; i < stored.length(); i++) {
            char c = stored.charAt(i);
            boolean escaped = c == ESCAPE && i + 1 < stored.length();
            text.append(escaped ? (char) (stored.charAt(++i) - '0') : c);
        }
        return text.toString();
    }

    static @Nullable String outOrNull(@Nullable String stored) {
        return stored == null ? null : out(stored);
    }
}
