package earshot.dialect.waddle;

import earshot.core.message.Body;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.dialect.Frame;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads one frame of a client in one pass, without a tree. As the original's {@code JSON.parse} has it: the whole text must be JSON, members
 * that nobody asked for are passed over, and of two with one name the last counts. Depth, number and name lengths are limited.
 * One per frame, for one thread.
 */
final class FrameReader {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_STATUS_CHARS = 64;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(400)
                    .maxNameLength(1000)
                    .build())
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    private final byte[] bytes;
    private final int maxContentChars;
    private final JsonParser json;

    private @Nullable String type;
    private boolean isTyping;
    private @Nullable String status;
    private @Nullable String afterMessageId;
    private final Words flat = new Words();
    private final Words nested = new Words();

    private FrameReader(byte[] bytes, int maxContentChars, JsonParser json) {
        this.bytes = bytes;
        this.maxContentChars = maxContentChars;
        this.json = json;
    }

    static ClientFrame read(Frame frame, int maxContentChars) {
        if (frame.kind() == Frame.Kind.BINARY || !mayBeUtf8Json(frame.bytes())) return ClientFrame.MALFORMED;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), frame.bytes())) {
            return new FrameReader(frame.bytes(), maxContentChars, json).root();
        } catch (JacksonException notJson) {
            return ClientFrame.MALFORMED;
        }
    }

    /** The parser guesses UTF-16 and UTF-32 from zeros and marks at the start; a text frame is UTF-8 (RFC 6455 section 5.6) and nothing else. */
    private static boolean mayBeUtf8Json(byte[] bytes) {
        for (int i = 0; i < Math.min(4, bytes.length); i++) if (bytes[i] == 0) return false;
        return bytes.length > 0 && bytes[0] >= 0;
    }

    private ClientFrame root() {
        JsonToken first = json.nextToken();
        if (first == null) return ClientFrame.MALFORMED;
        if (first == JsonToken.START_OBJECT) members();
        else json.skipChildren();
        if (json.nextToken() != null || first == JsonToken.VALUE_NULL) return ClientFrame.MALFORMED;
        return first == JsonToken.START_OBJECT ? frame() : ClientFrame.UNKNOWN;
    }

    private void members() {
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "type" -> type = stringOrNull(value);
                case "isTyping" -> isTyping = truthy(value);
                case "status" -> status = stringOrNull(value);
                case "afterMessageId" -> afterMessageId = stringOrNull(value);
                case "message" -> nested(value);
                default -> flat.take(name, value);
            }
        }
    }

    private void nested(JsonToken value) {
        nested.clear();
        if (value != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) nested.take(name, json.nextToken());
    }

    private @Nullable String stringOrNull(JsonToken value) {
        if (value == JsonToken.VALUE_STRING) return json.getString();
        json.skipChildren();
        return null;
    }

    /** As JavaScript sees it: the original passes any value on, and readers test it. */
    private boolean truthy(JsonToken value) {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_STRING -> json.getStringLength() > 0;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue() != 0;
            case START_OBJECT, START_ARRAY -> {
                json.skipChildren();
                yield true;
            }
            default -> false;
        };
    }

    private ClientFrame frame() {
        if (type == null) return ClientFrame.UNKNOWN;
        return switch (type) {
            case "message" -> !flat.hasContent && nested.content != null ? say(nested, true) : say(flat, false);
            case "typing" -> new ClientFrame.Typing(isTyping);
            case "presence" -> new ClientFrame.Presence(within(status, MAX_STATUS_CHARS));
            case "sync" -> new ClientFrame.Sync(within(afterMessageId, Message.MAX_ID_CHARS));
            default -> ClientFrame.UNKNOWN;
        };
    }

    private ClientFrame say(Words words, boolean named) {
        String text = words.content;
        if (text == null || text.isEmpty() || words.contentAt == null || !words.threadIsSane())
            return ClientFrame.MALFORMED;
        String clientId = named && words.id != null && !words.id.isEmpty() ? words.id : null;
        if (clientId != null && clientId.length() > Draft.MAX_IDEMPOTENCY_KEY_CHARS) return ClientFrame.MALFORMED;
        if (text.length() > maxContentChars) return new ClientFrame.TooLong(clientId);
        Body body = MessageBody.of(bytes, words.contentAt, words.threadAt);
        return new ClientFrame.Say(clientId, text, within(words.thread, Message.MAX_ID_CHARS), body);
    }

    private static @Nullable String within(@Nullable String text, int maxChars) {
        return text == null || text.isEmpty() || text.length() > maxChars ? null : text;
    }

    /** The members of something said, which come at the top or one level down. */
    private final class Words {
        private boolean hasContent;
        private @Nullable String content;
        private MessageBody.@Nullable Literal contentAt;
        private @Nullable String thread;
        private MessageBody.@Nullable Literal threadAt;
        private boolean threadIsOdd;
        private @Nullable String id;

        void clear() {
            hasContent = false;
            content = null;
            contentAt = null;
            thread = null;
            threadAt = null;
            threadIsOdd = false;
            id = null;
        }

        void take(String name, JsonToken value) {
            switch (name) {
                case "content" -> {
                    hasContent = true;
                    content = null;
                    if (value == JsonToken.VALUE_STRING) {
                        contentAt = literal();
                        content = json.getString();
                    } else json.skipChildren();
                }
                case "threadId" -> thread(value);
                case "id" -> id = stringOrNull(value);
                default -> json.skipChildren();
            }
        }

        private void thread(JsonToken value) {
            thread = null;
            threadAt = null;
            threadIsOdd = value != JsonToken.VALUE_STRING && value != JsonToken.VALUE_NULL;
            if (threadIsOdd) {
                json.skipChildren();
                return;
            }
            threadAt = literal();
            if (value == JsonToken.VALUE_STRING) thread = json.getString();
        }

        boolean threadIsSane() {
            return !threadIsOdd && (thread == null || thread.length() <= Message.MAX_ID_CHARS);
        }

        /** Where the current string or null lies. Its end is known once it has been read. */
        private MessageBody.Literal literal() {
            int from = (int) json.currentTokenLocation().getByteOffset();
            if (json.currentToken() == JsonToken.VALUE_NULL) return new MessageBody.Literal(from, from + 4);
            json.getString();
            return new MessageBody.Literal(from, (int) json.currentLocation().getByteOffset());
        }
    }
}
