package earshot.dialect.waddle;

import earshot.core.message.Body;
import earshot.core.message.Message;
import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message as a waddle client wrote it: {@code {"content":"…"}} or {@code {"content":"…","threadId":…}}, the literals byte for byte, so
 * that telling it to the channel is copying. Whether {@code threadId} was left out or null is kept with it.
 */
final class MessageBody {
    static final String MEDIA_TYPE = "application/json";

    private static final byte[] START = ascii("{\"content\":");
    private static final byte[] THREAD = ascii(",\"threadId\":");
    private static final byte[] NULL = ascii("null");

    /** What a body has around its literals. */
    static final int FRAME_BYTES = START.length + 1;

    private final byte[] json;
    private final int contentEnd;

    private MessageBody(byte[] json, int contentEnd) {
        this.json = json;
        this.contentEnd = contentEnd;
    }

    /**
     * @param source where the literals lie
     * @param thread null: the client named none
     */
    static Body of(byte[] source, Literal content, @Nullable Literal thread) {
        int threadBytes = thread == null ? 0 : THREAD.length + thread.to() - thread.from();
        JsonBytes json = new JsonBytes(START.length + content.to() - content.from() + threadBytes + 1);
        json.raw(START).raw(source, content.from(), content.to());
        if (thread != null) json.raw(THREAD).raw(source, thread.from(), thread.to());
        return new Body(WaddleDialect.NAME, MEDIA_TYPE, json.raw('}').done());
    }

    /** Null when the message was written in another dialect, or by the server API. */
    static @Nullable MessageBody in(Message message) {
        Body body = message.body();
        if (body == null || !body.dialect().equals(WaddleDialect.NAME) || !startsWith(body.bytes(), 0, START))
            return null;
        int end = literalEnd(body.bytes(), START.length);
        return end < 0 ? null : new MessageBody(body.bytes(), end);
    }

    int bytes() {
        return json.length;
    }

    void content(JsonBytes to) {
        to.raw(json, START.length, contentEnd);
    }

    /** {@code ,"threadId":…} as the client had it, or nothing. */
    void thread(JsonBytes to) {
        to.raw(json, contentEnd, json.length - 1);
    }

    /** The thread's literal, {@code null} when there is none. */
    void threadOrNull(JsonBytes to) {
        if (startsWith(json, contentEnd, THREAD)) to.raw(json, contentEnd + THREAD.length, json.length - 1);
        else to.raw(NULL);
    }

    /** The place behind the closing quote of the literal that begins here; -1 when none does. */
    private static int literalEnd(byte[] json, int from) {
        if (from >= json.length || json[from] != '"') return -1;
        for (int i = from + 1; i < json.length; i++) {
            if (json[i] == '\\') i++;
            else if (json[i] == '"') return i + 1;
        }
        return -1;
    }

    private static boolean startsWith(byte[] json, int at, byte[] with) {
        return json.length - at >= with.length && Arrays.equals(json, at, at + with.length, with, 0, with.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Where a JSON literal lies in its frame. */
    record Literal(int from, int to) {}
}
