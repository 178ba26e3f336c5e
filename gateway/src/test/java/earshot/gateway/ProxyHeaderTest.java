package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String V2 = "0d0a0d0a000d0a515549540a";
    private static final String INET = "c0000201" + "c0000202" + "d431" + "01bb";
    private static final String INET6 =
            "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "d431" + "01bb";

    private static final byte[] REST = "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What reading makes of it: {@code bad}, {@code more}, {@code none}, or the client. */
    private static String read(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        return switch (ProxyHeader.read(buffer)) {
            case ProxyHeader.Read.Bad() -> "bad";
            case ProxyHeader.Read.More() -> "more";
            case ProxyHeader.Read.Good(int length, byte[] client) ->
                (client == null ? "none" : TrustedProxies.shown(client)) + " " + length;
        };
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] v2(String head, String body) {
        return hex(V2 + head + String.format("%04x", body.length() / 2) + body);
    }

    /** However it is cut, and whatever comes behind it. */
    private static void isRead(byte[] header, String client) {
        for (int i = 0; i < header.length; i++)
            assertThat(read(Arrays.copyOf(header, i))).as("%d bytes of it", i).isEqualTo("more");
        assertThat(read(header)).isEqualTo(client + " " + header.length);
        byte[] more = Arrays.copyOf(header, header.length + REST.length);
        System.arraycopy(REST, 0, more, header.length, REST.length);
        assertThat(read(more)).isEqualTo(client + " " + header.length);
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.1 192.0.2.2 54321 443,192.0.2.1",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535,255.255.255.255",
        "PROXY TCP4 0.0.0.0 0.0.0.0 0 0,0.0.0.0",
        "PROXY TCP6 2001:db8::1 2001:db8::2 54321 443,2001:db8:0:0:0:0:0:1",
        "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2,192.0.2.1",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535,"
                + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "PROXY UNKNOWN,none",
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535,none"
    })
    void version1_isRead_cutAnywhere(String line, String client) {
        isRead((line + "\r\n").getBytes(StandardCharsets.US_ASCII), client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 192.0.2.2 54321 443\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 54321\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 54321 65536\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 054321 443\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 -1 443\r\n",
                "PROXY TCP4  192.0.2.1 192.0.2.2 54321 443\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 54321 443 \r\n",
                "PROXY TCP4 192.0.2.256 192.0.2.2 54321 443\r\n",
                "PROXY TCP4 192.0.2 192.0.2.2 54321 443\r\n",
                "PROXY TCP4 2001:db8::1 2001:db8::2 54321 443\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 54321 443\r\n",
                "PROXY TCP6 2001:db8::1%eth0 2001:db8::2 54321 443\r\n",
                "PROXY TCP5 192.0.2.1 192.0.2.2 54321 443\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY \r\n",
                "proxy TCP4 192.0.2.1 192.0.2.2 54321 443\r\n",
                "GET / HTTP/1.1\r\n",
                "\r\n\r\nGET",
                "P\n"
            })
    void version1_otherwise_isBad(String text) {
        assertThat(read(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo("bad");
    }

    @Test
    void version1_longerThanItMayBe_isBadWithoutItsEnd() {
        String longest = "PROXY UNKNOWN " + "x".repeat(91);
        assertThat(longest).hasSize(105);
        isRead((longest + "\r\n").getBytes(StandardCharsets.US_ASCII), "none");
        assertThat(read((longest + "x\r\n").getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("bad");
        assertThat(read((longest + "xx").getBytes(StandardCharsets.US_ASCII))).isEqualTo("bad");
    }

    @Test
    void version2_isRead_cutAnywhere() {
        isRead(v2("2111", INET), "192.0.2.1");
        isRead(v2("2121", INET6), "2001:db8:0:0:0:0:0:1");
        isRead(v2("2131", "00".repeat(216)), "none");
        isRead(v2("2100", ""), "none");
        isRead(v2("2100", "ffffff"), "none");
        isRead(v2("2000", ""), "none");
        isRead(v2("2011", INET), "none");
        // ALPN "h2", an authority, and 100 bytes of nothing.
        isRead(v2("2111", INET + "0100026832" + "0200036f6e65" + "040064" + "00".repeat(100)), "192.0.2.1");
        isRead(v2("2111", INET + "04" + "0fd1" + "00".repeat(0x0fd1)), "192.0.2.1");
    }

    @Test
    void version2_otherwise_isBad() {
        assertThat(read(v2("1111", INET))).as("version").isEqualTo("bad");
        assertThat(read(v2("2211", INET))).as("command").isEqualTo("bad");
        assertThat(read(v2("2112", INET))).as("datagrams").isEqualTo("bad");
        assertThat(read(v2("2110", INET))).as("a family without a transport").isEqualTo("bad");
        assertThat(read(v2("2101", INET))).as("a transport without a family").isEqualTo("bad");
        assertThat(read(v2("2141", INET))).as("family").isEqualTo("bad");
        assertThat(read(v2("2111", "c0000201"))).as("addresses cut off").isEqualTo("bad");
        assertThat(read(v2("2111", INET + "01")))
                .as("extension without a length")
                .isEqualTo("bad");
        assertThat(read(v2("2111", INET + "010005aa"))).as("extension cut off").isEqualTo("bad");
        assertThat(read(hex(V2 + "2111" + "0ff1")))
                .as("too long, before it comes")
                .isEqualTo("bad");
    }

    @Test
    void version2_checksum_mustBeRight() {
        byte[] header = v2("2111", INET + "030004" + "00000000");
        var crc = new CRC32C();
        crc.update(header);
        assertThat(read(header)).isEqualTo("bad");
        ByteBuffer.wrap(header).putInt(header.length - 4, (int) crc.getValue());
        isRead(header, "192.0.2.1");
        assertThat(read(v2("2111", INET + "030002" + "0000"))).isEqualTo("bad");
    }

    @Test
    void anyBytes_areReadWithoutAFault_andNeverAskForMoreThanTheLimit() {
        long seed = Seeds.first();
        var random = new Random(seed);
        byte[][] good = {
            v2("2111", INET),
            v2("2121", INET6 + "0100026832"),
            "PROXY TCP4 192.0.2.1 192.0.2.2 54321 443\r\n".getBytes(StandardCharsets.US_ASCII)
        };
        for (int i = 0; i < 50_000; i++) {
            var bytes = new ByteArrayOutputStream();
            bytes.writeBytes(good[i % good.length]);
            byte[] noise = new byte[random.nextInt(5000)];
            random.nextBytes(noise);
            bytes.writeBytes(noise);
            byte[] all = bytes.toByteArray();
            for (int n = random.nextInt(4); n > 0; n--)
                all[random.nextInt(Math.min(60, all.length))] = (byte) random.nextInt();
            String outcome = read(Arrays.copyOf(all, random.nextInt(all.length + 1)));
            if (all.length > ProxyHeader.MAX_V2_BYTES && !outcome.equals("more")) continue;
            assertThat(outcome).as("seed %d", seed).isNotNull();
        }
        assertThat(read(Arrays.copyOf(v2("2111", INET), ProxyHeader.MAX_V2_BYTES)))
                .isEqualTo("192.0.2.1 28");
    }
}
