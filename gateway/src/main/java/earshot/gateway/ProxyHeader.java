package earshot.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol, versions 1 and 2 (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt): whom a proxy speaks for, before the first
 * byte of that client. Strict: what is not exactly as written there is bad.
 */
final class ProxyHeader {
    /** Section 2.1: with its line end. */
    static final int MAX_V1_BYTES = 107;
    /** Ours: addresses and extensions of version 2 together; the protocol would allow 65,535. */
    static final int MAX_V2_BYTES = 4096;

    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2 = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int V2_HEAD = 16;

    private static final int UNSPEC = 0;
    private static final int INET = 1;
    private static final int INET6 = 2;
    private static final int UNIX = 3;
    private static final int STREAM = 1;
    private static final int CHECKSUM = 0x03;

    private static final Pattern V1_LINE =
            Pattern.compile("PROXY (TCP4|TCP6) ([0-9.]{7,15}|[0-9a-fA-F:.]{2,45}) ([0-9.]{7,15}|[0-9a-fA-F:.]{2,45})"
                    + " (0|[1-9]\\d{0,4}) (0|[1-9]\\d{0,4})");

    private ProxyHeader() {}

    /** What the bytes so far are. */
    sealed interface Read {
        /** The beginning of a header. */
        record More() implements Read {}

        record Bad() implements Read {}

        /**
         * @param bytes of the whole header
         * @param client null: the proxy speaks for itself, or does not know
         */
        record Good(int bytes, byte @Nullable [] client) implements Read {}
    }

    private static final Read MORE = new Read.More();
    private static final Read BAD = new Read.Bad();

    /** Does not move the reader index. */
    static Read read(ByteBuf bytes) {
        if (begins(bytes, V2)) return bytes.readableBytes() < V2_HEAD ? MORE : readV2(bytes);
        if (begins(bytes, V1)) return readV1(bytes);
        return BAD;
    }

    private static boolean begins(ByteBuf bytes, byte[] with) {
        int known = Math.min(bytes.readableBytes(), with.length);
        for (int i = 0; i < known; i++) if (bytes.getByte(bytes.readerIndex() + i) != with[i]) return false;
        return true;
    }

    private static Read readV1(ByteBuf bytes) {
        int end = bytes.bytesBefore((byte) '\n');
        if (end < 0) return bytes.readableBytes() < MAX_V1_BYTES ? MORE : BAD;
        if (end >= MAX_V1_BYTES || end < 1 || bytes.getByte(bytes.readerIndex() + end - 1) != '\r') return BAD;
        String line = bytes.toString(bytes.readerIndex(), end - 1, StandardCharsets.US_ASCII);
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) return new Read.Good(end + 1, null);
        Matcher parts = V1_LINE.matcher(line);
        if (!parts.matches()) return BAD;
        int size = parts.group(1).equals("TCP4") ? 4 : 16;
        byte[] source = v1Address(parts.group(2), size);
        boolean good = source != null
                && v1Address(parts.group(3), size) != null
                && Integer.parseInt(parts.group(4)) <= 65_535
                && Integer.parseInt(parts.group(5)) <= 65_535;
        return good ? new Read.Good(end + 1, source) : BAD;
    }

    /** An IPv4 address inside an IPv6 one counts as what it is written as. */
    private static byte @Nullable [] v1Address(String text, int size) {
        boolean isV6 = text.indexOf(':') >= 0;
        return isV6 == (size == 16) ? TrustedProxies.bytes(text) : null;
    }

    private static Read readV2(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int command = bytes.getByte(at + 12) & 0xFF;
        int family = (bytes.getByte(at + 13) & 0xFF) >> 4;
        int transport = bytes.getByte(at + 13) & 0x0F;
        int length = bytes.getUnsignedShort(at + 14);
        boolean local = command == 0x20;
        if ((!local && command != 0x21) || V2_HEAD + length > MAX_V2_BYTES) return BAD;
        if (bytes.readableBytes() < V2_HEAD + length) return MORE;
        if (local) return new Read.Good(V2_HEAD + length, null);
        if (family > UNIX || (family == UNSPEC ? transport != 0 : transport != STREAM)) return BAD;
        int addresses = switch (family) {
            case INET -> 12;
            case INET6 -> 36;
            case UNIX -> 216;
            default -> 0;
        };
        if (length < addresses) return BAD;
        // Without a family nobody says where the extensions would begin; the whole is skipped (section 2.2).
        if (family != UNSPEC && !extensionsFit(bytes.slice(at, V2_HEAD + length), V2_HEAD + addresses)) return BAD;
        return new Read.Good(V2_HEAD + length, v2Source(bytes, at + V2_HEAD, family));
    }

    private static byte @Nullable [] v2Source(ByteBuf bytes, int at, int family) {
        if (family != INET && family != INET6) return null;
        byte[] source = new byte[family == INET ? 4 : 16];
        bytes.getBytes(at, source);
        return source;
    }

    /** Type, length and value, one after the other, to the end; a checksum among them must be right (section 2.2.3). */
    private static boolean extensionsFit(ByteBuf header, int from) {
        int at = from;
        while (at < header.capacity()) {
            if (at + 3 > header.capacity()) return false;
            int length = header.getUnsignedShort(at + 1);
            if (at + 3 + length > header.capacity()) return false;
            if (header.getByte(at) == CHECKSUM && (length != 4 || !isChecked(header, at + 3))) return false;
            at += 3 + length;
        }
        return true;
    }

    /** CRC-32C over the header with the checksum's own bytes as zero. */
    private static boolean isChecked(ByteBuf header, int at) {
        byte[] all = new byte[header.capacity()];
        header.getBytes(0, all);
        long said = header.getUnsignedInt(at);
        for (int i = 0; i < 4; i++) all[at + i] = 0;
        var crc = new CRC32C();
        crc.update(all);
        return crc.getValue() == said;
    }
}
