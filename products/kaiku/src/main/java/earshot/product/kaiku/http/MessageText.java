package earshot.product.kaiku.http;

import earshot.product.kaiku.Refusal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules of what a message may say (protocols/kaiku.md section 13.1). */
final class MessageText {
    private static final int MAX_CHARS = 10_000;
    private static final int MAX_PROSE_CHARS = 4_000;
    private static final String FENCE = "```";
    private static final Pattern MENTION = Pattern.compile("@(\\w+)");

    private MessageText() {}

    /** Throws {@link Refusal}. */
    static String checked(Call call) {
        String content =
                call.text("content", 1, MAX_CHARS, "Content must be 1-4000 characters, 10000 with code blocks");
        if (content.isBlank()) throw Refusal.invalid("Content must be 1-4000 characters");
        if (proseChars(content) > MAX_PROSE_CHARS) throw Refusal.invalid("Content must be 1-4000 characters");
        return content;
    }

    /** Characters outside of code fences; a fence that is never closed is prose. */
    static int proseChars(String content) {
        int chars = content.codePointCount(0, content.length());
        int open = content.indexOf(FENCE);
        while (open >= 0) {
            int close = content.indexOf(FENCE, open + FENCE.length());
            if (close < 0) break;
            chars -= content.codePointCount(open, close + FENCE.length());
            open = content.indexOf(FENCE, close + FENCE.length());
        }
        return chars;
    }

    static boolean mentionsEverybody(String content) {
        return content.contains("@everyone") || content.contains("@here");
    }

    /** As the message object has it; null: nobody is mentioned, or the author alone. */
    static @Nullable String mentionType(String content, String author) {
        if (content.contains("@everyone")) return "everyone";
        if (content.contains("@here")) return "here";
        Matcher matcher = MENTION.matcher(content);
        while (matcher.find()) if (!matcher.group(1).equalsIgnoreCase(author)) return "direct";
        return null;
    }
}
