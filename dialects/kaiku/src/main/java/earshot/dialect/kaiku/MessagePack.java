package earshot.dialect.kaiku;

import earshot.dialect.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * JSON values as MessagePack and back (https://github.com/msgpack/msgpack/blob/master/spec.md): nil, booleans, integers, floats, strings, arrays, maps
 * with strings as keys. There are no binaries, extensions and times in what this dialect says.
 */
final class MessagePack {
    private MessagePack() {}

    // --- out

    /** Null: not JSON. */
    static byte @Nullable [] ofJson(byte[] json) {
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            var out = new ByteArrayOutputStream(json.length);
            write(parser, out);
            return out.toByteArray();
        } catch (JacksonException e) {
            return null;
        }
    }

    private static void write(JsonParser parser, ByteArrayOutputStream out) {
        JsonToken token = parser.currentToken();
        switch (token) {
            case START_OBJECT -> map(parser, out);
            case START_ARRAY -> array(parser, out);
            case VALUE_STRING -> string(parser.getString(), out);
            case VALUE_NUMBER_INT -> integer(parser, out);
            case VALUE_NUMBER_FLOAT -> number(0xcb, 8, Double.doubleToLongBits(parser.getDoubleValue()), out);
            case VALUE_TRUE -> out.write(0xc3);
            case VALUE_FALSE -> out.write(0xc2);
            case null, default -> out.write(0xc0);
        }
    }

    /** How many there are comes first, and is known last. */
    private static void map(JsonParser parser, ByteArrayOutputStream out) {
        var inner = new ByteArrayOutputStream(128);
        int count = 0;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            string(parser.currentName(), inner);
            parser.nextToken();
            write(parser, inner);
            count++;
        }
        if (count < 16) out.write(0x80 | count);
        else if (count < 1 << 16) number(0xde, 2, count, out);
        else number(0xdf, 4, count, out);
        out.writeBytes(inner.toByteArray());
    }

    private static void array(JsonParser parser, ByteArrayOutputStream out) {
        var inner = new ByteArrayOutputStream(128);
        int count = 0;
        for (JsonToken t = parser.nextToken(); t != null && t != JsonToken.END_ARRAY; t = parser.nextToken()) {
            write(parser, inner);
            count++;
        }
        if (count < 16) out.write(0x90 | count);
        else if (count < 1 << 16) number(0xdc, 2, count, out);
        else number(0xdd, 4, count, out);
        out.writeBytes(inner.toByteArray());
    }

    private static void string(String text, ByteArrayOutputStream out) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length < 32) out.write(0xa0 | utf8.length);
        else if (utf8.length < 1 << 8) number(0xd9, 1, utf8.length, out);
        else if (utf8.length < 1 << 16) number(0xda, 2, utf8.length, out);
        else number(0xdb, 4, utf8.length, out);
        out.writeBytes(utf8);
    }

    private static void integer(JsonParser parser, ByteArrayOutputStream out) {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            number(0xcb, 8, Double.doubleToLongBits(parser.getDoubleValue()), out);
            return;
        }
        long value = parser.getLongValue();
        if (value >= 0 && value < 128) out.write((int) value);
        else if (value < 0 && value >= -32) out.write((int) value & 0xff);
        else if (value == (int) value) number(0xd2, 4, value, out);
        else number(0xd3, 8, value, out);
    }

    private static void number(int type, int bytes, long value, ByteArrayOutputStream out) {
        out.write(type);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.write((int) (value >> shift));
    }

    // --- in

    /** Null: no MessagePack of one value, or one that JSON cannot say. */
    static byte @Nullable [] toJson(byte[] packed) {
        ByteBuffer in = ByteBuffer.wrap(packed);
        var out = new JsonBytes(packed.length * 2);
        return read(in, out, 0) && !in.hasRemaining() ? out.done() : null;
    }

    private static boolean read(ByteBuffer in, JsonBytes out, int depth) {
        if (!in.hasRemaining() || depth > Json.MAX_DEPTH) return false;
        int type = in.get() & 0xff;
        if (type < 0x80) return written(out.number(type));
        if (type < 0x90) return readMap(in, out, type & 0x0f, depth);
        if (type < 0xa0) return readArray(in, out, type & 0x0f, depth);
        if (type < 0xc0) return readString(in, out, type & 0x1f);
        if (type >= 0xe0) return written(out.number((byte) type));
        return switch (type) {
            case 0xc0 -> written(out.raw("null"));
            case 0xc2 -> written(out.bool(false));
            case 0xc3 -> written(out.bool(true));
            case 0xca -> in.remaining() >= 4 && real(out, in.getFloat());
            case 0xcb -> in.remaining() >= 8 && real(out, in.getDouble());
            case 0xcc, 0xcd, 0xce, 0xcf -> readUnsigned(in, out, 1 << (type - 0xcc));
            case 0xd0 -> in.remaining() >= 1 && written(out.number(in.get()));
            case 0xd1 -> in.remaining() >= 2 && written(out.number(in.getShort()));
            case 0xd2 -> in.remaining() >= 4 && written(out.number(in.getInt()));
            case 0xd3 -> in.remaining() >= 8 && written(out.number(in.getLong()));
            case 0xd9, 0xda, 0xdb -> readString(in, out, unsigned(in, 1 << (type - 0xd9)));
            case 0xdc, 0xdd -> readArray(in, out, unsigned(in, 2 << (type - 0xdc)), depth);
            case 0xde, 0xdf -> readMap(in, out, unsigned(in, 2 << (type - 0xde)), depth);
            default -> false;
        };
    }

    private static boolean written(JsonBytes out) {
        return out.length() > 0;
    }

    private static boolean real(JsonBytes out, double value) {
        return Double.isFinite(value) && written(out.raw(Double.toString(value)));
    }

    private static boolean readUnsigned(ByteBuffer in, JsonBytes out, int bytes) {
        long value = unsigned(in, bytes);
        return value >= 0 && written(out.number(value));
    }

    /** Below 0: it ends before, or is more than a long holds. */
    private static long unsigned(ByteBuffer in, int bytes) {
        if (in.remaining() < bytes) return -1;
        return switch (bytes) {
            case 1 -> in.get() & 0xffL;
            case 2 -> in.getShort() & 0xffffL;
            case 4 -> in.getInt() & 0xffff_ffffL;
            default -> in.getLong();
        };
    }

    private static boolean readString(ByteBuffer in, JsonBytes out, long bytes) {
        if (bytes < 0 || bytes > in.remaining()) return false;
        ByteBuffer utf8 = in.slice(in.position(), (int) bytes);
        in.position(in.position() + (int) bytes);
        try {
            return written(
                    out.string(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString()));
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean readArray(ByteBuffer in, JsonBytes out, long count, int depth) {
        if (count < 0 || count > in.remaining()) return false;
        out.raw('[');
        for (long i = 0; i < count; i++) {
            if (i > 0) out.raw(',');
            if (!read(in, out, depth + 1)) return false;
        }
        return written(out.raw(']'));
    }

    private static boolean readMap(ByteBuffer in, JsonBytes out, long count, int depth) {
        if (count < 0 || count > in.remaining()) return false;
        out.raw('{');
        for (long i = 0; i < count; i++) {
            if (i > 0) out.raw(',');
            if (!in.hasRemaining() || !isString(in.get(in.position()) & 0xff)) return false;
            if (!read(in, out, depth + 1)) return false;
            out.raw(':');
            if (!read(in, out, depth + 1)) return false;
        }
        return written(out.raw('}'));
    }

    private static boolean isString(int type) {
        return (type >= 0xa0 && type < 0xc0) || (type >= 0xd9 && type <= 0xdb);
    }
}
