package earshot.dialect.threadkit;

import earshot.core.message.Message;
import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.dialect.WireUuid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads an event of the product in one pass, whatever the order of its members. A member of the wrong type counts as missing; what the type
 * of the event needs is for the caller to ask.
 */
final class EventEnvelope {
    private String type = "";
    private byte @Nullable [] comment;
    private byte @Nullable [] fromUser;
    private @Nullable String commentId;
    private @Nullable String content;
    private @Nullable String contentHtml;
    private @Nullable String kind;
    private @Nullable String fromUserId;
    private @Nullable Long upvotes;
    private @Nullable Long downvotes;
    private @Nullable Long pinnedAt;
    private @Nullable Boolean pinned;

    private EventEnvelope() {}

    /** Null when the bytes are not one JSON object. */
    static @Nullable EventEnvelope read(byte[] json) {
        if (!TreeComment.isUtf8(json)) return null;
        var envelope = new EventEnvelope();
        try (JsonParser parser = Json.fromServer(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) return null;
            envelope.members(parser, json);
            return parser.nextToken() == null ? envelope : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private void members(JsonParser parser, byte[] json) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("type") && value == JsonToken.VALUE_STRING) type = parser.getString();
            else if (name.equals("data") && value == JsonToken.START_OBJECT) data(parser, json);
            else parser.skipChildren();
        }
    }

    private void data(JsonParser parser, byte[] json) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            switch (parser.nextToken()) {
                case VALUE_STRING -> string(name, parser.getString());
                case VALUE_NUMBER_INT -> number(name, parser);
                case VALUE_TRUE, VALUE_FALSE -> {
                    if (name.equals("pinned")) pinned = parser.getBooleanValue();
                }
                case START_OBJECT -> object(name, slice(parser, json));
                default -> parser.skipChildren();
            }
        }
    }

    private void string(String name, String value) {
        switch (name) {
            case "comment_id" -> commentId = value.isEmpty() || value.length() > Message.MAX_ID_CHARS ? null : value;
            case "content" -> content = value;
            case "content_html" -> contentHtml = value;
            case "type" -> kind = value;
            case "from_user_id" -> fromUserId = value;
            default -> {}
        }
    }

    private void number(String name, JsonParser parser) {
        if (!Json.atLong(parser)) return;
        long value = parser.getLongValue();
        switch (name) {
            case "upvotes" -> upvotes = value;
            case "downvotes" -> downvotes = value;
            case "pinned_at" -> pinnedAt = value;
            default -> {}
        }
    }

    private void object(String name, byte[] value) {
        switch (name) {
            case "comment" -> comment = value;
            case "from_user" -> fromUser = value;
            default -> {}
        }
    }

    /** The object that begins here, as it was written. */
    private static byte[] slice(JsonParser parser, byte[] json) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return Arrays.copyOfRange(json, from, to);
    }

    String type() {
        return type;
    }

    byte @Nullable [] comment() {
        return comment;
    }

    @Nullable
    String commentId() {
        return commentId;
    }

    @Nullable
    String content() {
        return content;
    }

    @Nullable
    String contentHtml() {
        return contentHtml;
    }

    @Nullable
    String kind() {
        return kind;
    }

    @Nullable
    String fromUserId() {
        return fromUserId;
    }

    @Nullable
    Long upvotes() {
        return upvotes;
    }

    @Nullable
    Long downvotes() {
        return downvotes;
    }

    @Nullable
    Long pinnedAt() {
        return pinnedAt;
    }

    @Nullable
    Boolean pinned() {
        return pinned;
    }

    /** A UserPublic becomes a profile whose attributes are the object itself: only what may leave does so, on the way out. */
    @Nullable
    Profile fromUser() {
        return fromUser == null ? null : profile(fromUser);
    }

    private static @Nullable Profile profile(byte[] userPublic) {
        String id = null;
        String name = null;
        String avatarUrl = null;
        try (JsonParser parser = Json.fromServer(userPublic)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String member = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    parser.skipChildren();
                    continue;
                }
                switch (member) {
                    case "id" -> id = parser.getString();
                    case "name" -> name = parser.getString();
                    case "avatar_url" -> avatarUrl = parser.getString();
                    default -> {}
                }
            }
        } catch (JacksonException e) {
            return null;
        }
        UUID user = id == null ? null : WireUuid.parse(id);
        if (user == null || name == null || name.isEmpty()) return null;
        var userId = new UserId(ThreadkitDialect.NAME, user.toString());
        return new Profile(userId, name, avatarUrl, new String(userPublic, StandardCharsets.UTF_8));
    }
}
