package earshot.dialect.kaiku;

import earshot.core.message.Profile;
import earshot.dialect.WireUuid;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What core needs to know of an event about a message that a product's server published: which message, what it says, whose it is. What is missing or of
 * another kind is null.
 */
final class EventMembers {
    @Nullable
    UUID messageId;

    @Nullable
    String content;

    @Nullable
    UUID replyTo;

    /** The message object, as it is kept. */
    byte @Nullable [] object;

    private @Nullable UUID author;
    private @Nullable String username;
    private @Nullable String displayName;
    private @Nullable String avatarUrl;

    private EventMembers() {}

    /** @param json checked by {@link EventText#read} */
    static EventMembers read(byte[] json) {
        var members = new EventMembers();
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "message" -> {
                        if (value == JsonToken.START_OBJECT) members.object = JsonCopy.value(parser);
                        else parser.skipChildren();
                    }
                    case "message_id" -> members.messageId = id(parser, value);
                    case "content" -> members.content = text(parser, value);
                    default -> parser.skipChildren();
                }
            }
            if (members.object != null) members.message(members.object);
        } catch (JacksonException e) {
            return new EventMembers();
        }
        return members;
    }

    private void message(byte[] copied) {
        try (JsonParser parser = Json.parser(copied)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "id" -> messageId = id(parser, value);
                    case "content" -> content = text(parser, value);
                    case "reply_to" -> replyTo = id(parser, value);
                    case "author" -> author(parser, value);
                    default -> parser.skipChildren();
                }
            }
        }
    }

    private void author(JsonParser parser, JsonToken object) {
        if (object != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "id" -> author = id(parser, value);
                case "username" -> username = text(parser, value);
                case "display_name" -> displayName = text(parser, value);
                case "avatar_url" -> avatarUrl = text(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    /** Null: it names nobody. */
    @Nullable
    Profile profile() {
        if (author == null) return null;
        String name = username == null || username.isEmpty() ? author.toString().substring(0, 8) : username;
        String shown = displayName == null ? "" : displayName;
        return new KaikuUser(author, name, shown, avatarUrl, ChosenStatus.ONLINE).profile();
    }

    private static @Nullable String text(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) return parser.getString();
        parser.skipChildren();
        return null;
    }

    private static @Nullable UUID id(JsonParser parser, JsonToken value) {
        String text = text(parser, value);
        return text == null ? null : WireUuid.parse(text);
    }
}
