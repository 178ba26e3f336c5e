package earshot.dialect.threadkit;

import earshot.core.message.Body;
import earshot.core.message.Message;
import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.dialect.JsonBytes;
import earshot.dialect.WireUuid;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A comment as this dialect's product writes it, with single letters for names. What the product wrote is passed on byte for byte, so that
 * members we do not know survive; what we must know of it is read here. A comment from elsewhere is written from the message's fields.
 */
final class TreeComment {
    static final String MEDIA_TYPE = "application/json";

    /** Who says what nobody is named for. */
    static final Profile ANONYMOUS =
            Profile.named(new UserId(ThreadkitDialect.NAME, "a0000000-0000-0000-0000-000000000000"), "Anonymous");

    private @Nullable String id;
    private @Nullable String parent;
    private @Nullable String status;
    private @Nullable String html;
    private @Nullable String authorId;
    private @Nullable String authorName;
    private @Nullable String avatarUrl;
    private String text = "";
    private long karma;

    private TreeComment() {}

    /** Null when the bytes are not one JSON object with a string {@code i}, in UTF-8. */
    static @Nullable TreeComment read(byte[] json) {
        if (!isUtf8(json)) return null;
        var comment = new TreeComment();
        try (JsonParser parser = Json.fromServer(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) return null;
            comment.members(parser);
            if (parser.nextToken() != null) return null;
        } catch (JacksonException e) {
            return null;
        }
        return comment.id == null ? null : comment;
    }

    static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private void members(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING) string(name, parser);
            else if (name.equals("k") && Json.atLong(parser)) karma = parser.getLongValue();
            else parser.skipChildren();
        }
    }

    private void string(String name, JsonParser parser) {
        switch (name) {
            case "i" -> id = parser.getString();
            case "q" -> parent = parser.getString();
            case "s" -> status = parser.getString();
            case "t" -> text = parser.getString();
            case "h" -> html = parser.getString();
            case "a" -> authorId = parser.getString();
            case "n" -> authorName = parser.getString();
            case "p" -> avatarUrl = parser.getString();
            default -> {}
        }
    }

    String id() {
        return id == null ? "" : id;
    }

    @Nullable
    String parent() {
        return parent;
    }

    String text() {
        return text;
    }

    @Nullable
    String html() {
        return html;
    }

    /** Waiting for a moderator, or turned down: nobody else's business (T-18). */
    boolean isWithheld() {
        return "pending".equals(status) || "rejected".equals(status);
    }

    Profile author() {
        if (authorId == null || authorId.isEmpty()) return ANONYMOUS;
        String name = authorName == null || authorName.isEmpty() ? ANONYMOUS.name() : authorName;
        String attributes = karma == 0 ? Profile.NO_ATTRIBUTES : "{\"karma\":" + karma + "}";
        return new Profile(new UserId(ThreadkitDialect.NAME, authorId), name, avatarUrl, attributes);
    }

    /** The message's own body when it is a comment of this dialect, and null when it must be written from the fields. */
    static byte @Nullable [] ownBody(Message message) {
        Body body = message.body();
        if (body == null || !body.dialect().equals(ThreadkitDialect.NAME)) return null;
        return body.mediaType().equals(MEDIA_TYPE) ? body.bytes() : null;
    }

    static void write(JsonBytes out, Message message) {
        Profile author = message.author();
        boolean ours = author.user().realm().equals(ThreadkitDialect.NAME);
        long created = Math.floorDiv(message.timestampMillis(), 1000);
        boolean edited = message.editedMillis() != 0;
        out.raw("{\"i\":").id(WireUuid.ofMessage(message.id()));
        out.raw(",\"a\":").id(WireUuid.ofUser(author.user()));
        out.raw(",\"n\":").string(author.name());
        out.raw(",\"p\":").string(author.avatarUrl());
        out.raw(",\"k\":").number(ours ? UserPublic.karma(author) : 0);
        out.raw(",\"t\":").string(message.text());
        out.raw(",\"h\":").string(html(message.html(), message.text()));
        out.raw(",\"u\":0,\"d\":0,\"x\":").number(created);
        out.raw(",\"m\":").number(edited ? Math.floorDiv(message.editedMillis(), 1000) : created);
        if (edited) out.raw(",\"e\":true");
        if (message.replyTo() != null) out.raw(",\"q\":").id(WireUuid.ofMessage(message.replyTo()));
        out.raw("}");
    }

    /** The rendered text, or the escaped plain one where nobody rendered it . */
    static String html(@Nullable String html, String text) {
        if (html != null) return html;
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
