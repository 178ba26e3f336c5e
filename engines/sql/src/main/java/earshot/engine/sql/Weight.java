package earshot.engine.sql;

import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import org.jspecify.annotations.Nullable;

/** What a draft weighs, in bytes: in the queue, and in its room's sum. Equal to {@link RoomTable#WEIGHT} of its row. */
final class Weight {
    private static final int ROW = 300;

    private Weight() {}

    static long of(Draft draft) {
        return switch (draft.change()) {
            case Change.Post p -> of(p.text(), p.html(), p.body());
            case Change.Edit e -> of(e.text(), e.html(), e.body());
            case Change.Delete _, Change.Pin _ -> ROW;
        };
    }

    private static long of(String text, @Nullable String html, @Nullable Body body) {
        return ROW + utf8(text) + (html == null ? 0 : utf8(html)) + (body == null ? 0 : body.bytes().length);
    }

    private static long utf8(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) bytes++;
            else if (c < 0x800) bytes += 2;
            else if (!Character.isSurrogate(c)) bytes += 3;
            else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else bytes++;
        }
        return bytes;
    }
}
