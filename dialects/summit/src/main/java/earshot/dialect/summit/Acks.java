package earshot.dialect.summit;

import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The one argument of each ack: the original's members, and what we add behind them. Without state. */
final class Acks {
    static final byte[] SUCCESS = ascii("{\"success\":true}");

    private Acks() {}

    static byte[] failure(String error) {
        return new JsonBytes(64)
                .raw("{\"success\":false,\"error\":")
                .string(error)
                .raw('}')
                .done();
    }

    static byte[] sent(String messageId) {
        return new JsonBytes(80)
                .raw("{\"success\":true,\"messageId\":")
                .string(messageId)
                .raw('}')
                .done();
    }

    /** @param complete false: there is more than was replayed */
    static byte[] joined(int replayed, boolean complete) {
        JsonBytes json = new JsonBytes(64).raw("{\"success\":true");
        if (replayed > 0 || !complete)
            json.raw(",\"replayed\":").number(replayed).raw(",\"complete\":").bool(complete);
        return json.raw('}').done();
    }

    static byte[] presence(byte[] list) {
        return new JsonBytes(list.length + 16)
                .raw("{\"presence\":")
                .raw(list)
                .raw('}')
                .done();
    }

    static byte[] noPresence(String error) {
        return new JsonBytes(64)
                .raw("{\"presence\":[],\"error\":")
                .string(error)
                .raw('}')
                .done();
    }

    static byte[] rooms(List<String> names) {
        JsonBytes json = new JsonBytes(16 + 40 * names.size()).raw("{\"rooms\":[");
        boolean first = true;
        for (String name : names) {
            if (!first) json.raw(',');
            first = false;
            json.string(name);
        }
        return json.raw("]}").done();
    }

    static byte[] noRooms(String error) {
        return new JsonBytes(64)
                .raw("{\"rooms\":[],\"error\":")
                .string(error)
                .raw('}')
                .done();
    }

    static byte[] refreshed(long expiresMillis) {
        JsonBytes json = new JsonBytes(64).raw("{\"success\":true");
        if (expiresMillis != Long.MAX_VALUE) json.raw(",\"expiresAt\":").number(expiresMillis);
        return json.raw('}').done();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
