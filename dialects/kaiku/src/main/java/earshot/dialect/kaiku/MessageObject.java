package earshot.dialect.kaiku;

import earshot.core.message.Body;
import earshot.core.message.Message;
import earshot.core.message.Profile;
import earshot.dialect.JsonBytes;
import earshot.dialect.WireUuid;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * The message object of protocols/kaiku.md section 13.2. Of this dialect's own messages it is what the product wrote, byte for byte; of those of other
 * dialects, in a meeting, it is made from the message's fields.
 */
final class MessageObject {
    static final String MEDIA_TYPE = "application/json";

    private static final int MIN_USERNAME = 3;
    private static final int MAX_USERNAME = 32;

    private MessageObject() {}

    static Body body(byte[] object) {
        return new Body(KaikuDialect.NAME, MEDIA_TYPE, object);
    }

    static byte[] of(Message message) {
        Body body = message.body();
        return body != null && isOwn(body) ? body.bytes() : made(message);
    }

    private static boolean isOwn(Body body) {
        return body.dialect().equals(KaikuDialect.NAME)
                && body.mediaType().equals(MEDIA_TYPE)
                && isObject(body.bytes());
    }

    private static boolean isObject(byte[] bytes) {
        return bytes.length > 1 && bytes[0] == '{' && bytes[bytes.length - 1] == '}';
    }

    private static byte[] made(Message message) {
        UUID replyTo = message.replyTo() == null ? null : WireUuid.ofMessage(message.replyTo());
        JsonBytes out = new JsonBytes(512 + message.text().length())
                .raw("{\"id\":")
                .id(WireUuid.ofMessage(message.id()))
                .raw(",\"channel_id\":")
                .id(WireUuid.ofRoom(message.room()))
                .raw(",\"author\":");
        author(out, message.author());
        out.raw(",\"content\":").string(message.text()).raw(",\"encrypted\":false,\"attachments\":[],\"reply_to\":");
        out.id(replyTo)
                .raw(",\"parent_id\":null,\"thread_reply_count\":0,\"thread_last_reply_at\":null,\"edited_at\":");
        if (message.editedMillis() > 0) time(out, message.editedMillis());
        else out.raw("null");
        out.raw(",\"created_at\":");
        time(out, message.timestampMillis());
        return out.raw(",\"pinned\":")
                .bool(message.pinnedMillis() > 0)
                .raw(",\"message_type\":\"user\"}")
                .done();
    }

    private static void time(JsonBytes out, long millis) {
        out.raw('"').raw(Instant.ofEpochMilli(millis).toString()).raw('"');
    }

    private static void author(JsonBytes out, Profile author) {
        out.raw("{\"id\":")
                .id(WireUuid.ofUser(author.user()))
                .raw(",\"username\":")
                .string(username(author))
                .raw(",\"display_name\":")
                .string(author.name())
                .raw(",\"avatar_url\":")
                .string(author.avatarUrl())
                .raw(",\"status\":\"online\"}");
    }

    /** Ours have one; of others it is made of the letters of the name, in the alphabet and length of ours. */
    static String username(Profile author) {
        String own = Attributes.text(author, "username");
        if (!own.isEmpty()) return own;
        String letters = author.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        String enough = letters + "_".repeat(Math.max(0, MIN_USERNAME - letters.length()));
        return enough.substring(0, Math.min(MAX_USERNAME, enough.length()));
    }
}
