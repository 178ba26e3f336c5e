package earshot.dialect.threadkit;

import earshot.dialect.WireUuid;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one JSON-RPC notification in one pass. Members come in any order, so what a method may need of {@code params} is gathered on the way
 * and judged at the end. One object per message.
 */
final class ClientDecoder {
    /** The longest spelling of a UUID. */
    private static final int MAX_ID_CHARS = 45;

    private @Nullable String version;
    private @Nullable String method;
    private @Nullable UUID page;
    private @Nullable UUID replyTo;
    private boolean broken;
    private boolean sawVersion;
    private boolean sawMethod;
    private boolean sawParams;

    private ClientDecoder() {}

    static ClientMessage decode(byte[] utf8) {
        var decoder = new ClientDecoder();
        try (JsonParser parser = Json.fromClient(utf8)) {
            decoder.whole(parser);
        } catch (JacksonException e) {
            decoder.broken = true;
        }
        return decoder.meaning();
    }

    private void whole(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            broken = true;
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) member(parser);
        if (parser.nextToken() != null) broken = true;
    }

    private void member(JsonParser parser) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (name) {
            case "jsonrpc" -> {
                broken |= sawVersion;
                sawVersion = true;
                version = text(parser, value);
            }
            case "method" -> {
                broken |= sawMethod;
                sawMethod = true;
                method = text(parser, value);
            }
            case "params" -> {
                broken |= sawParams;
                sawParams = true;
                if (value == JsonToken.START_OBJECT) params(parser);
                else parser.skipChildren();
            }
            default -> parser.skipChildren();
        }
    }

    private void params(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "page_id" -> page = id(parser, value);
                case "reply_to" -> replyTo = id(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private static @Nullable String text(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) return parser.getString();
        parser.skipChildren();
        return null;
    }

    private static @Nullable UUID id(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getStringLength() <= MAX_ID_CHARS ? WireUuid.parse(parser.getString()) : null;
        }
        parser.skipChildren();
        return null;
    }

    private ClientMessage meaning() {
        if (broken || version == null || method == null) return new ClientMessage.Wrong(ErrorCode.INVALID_JSON);
        if (!version.equals("2.0")) return unknown();
        return switch (method) {
            case "ping" -> new ClientMessage.Ping();
            case "subscribe" -> page == null ? unknown() : new ClientMessage.Subscribe(page);
            case "unsubscribe" -> page == null ? unknown() : new ClientMessage.Unsubscribe(page);
            case "typing" -> page == null ? unknown() : new ClientMessage.Typing(page, replyTo);
            default -> unknown();
        };
    }

    /** A page id that is none counts as a method that nobody knows, as in the original. */
    private static ClientMessage unknown() {
        return new ClientMessage.Wrong(ErrorCode.INVALID_METHOD);
    }
}
