package earshot.gateway;

import static earshot.gateway.testkit.RawWebSocketClient.BINARY;
import static earshot.gateway.testkit.RawWebSocketClient.CLOSE;
import static earshot.gateway.testkit.RawWebSocketClient.CONTINUATION;
import static earshot.gateway.testkit.RawWebSocketClient.PING;
import static earshot.gateway.testkit.RawWebSocketClient.PONG;
import static earshot.gateway.testkit.RawWebSocketClient.TEXT;
import static earshot.gateway.testkit.RawWebSocketClient.closePayload;
import static earshot.gateway.testkit.RawWebSocketClient.fragment;
import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static earshot.gateway.testkit.RawWebSocketClient.join;

import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What a client sends to an echo, and what it must hear: RFC 6455 as the Autobahn|Testsuite asks it, in its sections and with its strictest outcome
 * (no NON-STRICT one).
 */
final class ConformanceCases {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] HELLO = utf8("Hello, world!");

    private final List<Case> cases = new ArrayList<>();

    /**
     * @param ends the close code that must come after what is heard; 0: the connection goes on, and the client closes it with 1000
     */
    record Case(String name, byte[] sent, List<Received> heard, int ends) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> all() {
        var all = new ConformanceCases();
        all.framing();
        all.pings();
        all.reservedBits();
        all.opcodes();
        all.fragments();
        all.brokenFragments();
        all.validText();
        all.brokenText();
        all.closes();
        all.brokenCloses();
        return all.cases;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] repeated(String what, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte) what.charAt(i % what.length());
        return bytes;
    }

    /** A message in frames of so many bytes. */
    static byte[] inFragments(int opcode, byte[] payload, int size) {
        return inFragments(opcode, 0, payload, size);
    }

    /** @param bits of the first frame, beside its opcode */
    static byte[] inFragments(int opcode, int bits, byte[] payload, int size) {
        var parts = new ArrayList<byte[]>();
        for (int at = 0; at < payload.length || at == 0; at += size) {
            boolean last = at + size >= payload.length;
            int first = (at == 0 ? opcode | bits : CONTINUATION) | (last ? 0x80 : 0);
            parts.add(frame(first, true, Arrays.copyOfRange(payload, at, Math.min(at + size, payload.length))));
        }
        return join(parts.toArray(byte[][]::new));
    }

    private static Received heard(int opcode, byte[] payload) {
        return new Received(opcode, true, payload);
    }

    private void goesOn(String name, byte[] sent, Received... heard) {
        cases.add(new Case(name, sent, List.of(heard), 0));
    }

    private void ends(int code, String name, byte[] sent, Received... heard) {
        cases.add(new Case(name, sent, List.of(heard), code));
    }

    private void framing() {
        for (int size : new int[] {0, 125, 126, 127, 128, 65_535, 65_536}) {
            byte[] text = repeated("*", size);
            goesOn("1.1 text of " + size, frame(TEXT, text), heard(TEXT, text));
            byte[] binary = new byte[size];
            Arrays.fill(binary, (byte) 0xFE);
            goesOn("1.2 binary of " + size, frame(BINARY, binary), heard(BINARY, binary));
        }
    }

    private void pings() {
        goesOn("2.1 empty ping", frame(PING), heard(PONG, new byte[0]));
        goesOn("2.2 ping with text", frame(PING, HELLO), heard(PONG, HELLO));
        byte[] binary = {0x00, (byte) 0xFF, (byte) 0xFE, (byte) 0xFD, (byte) 0xFC, (byte) 0xFB, 0x00, (byte) 0xFF};
        goesOn("2.3 ping with binary", frame(PING, binary), heard(PONG, binary));
        byte[] full = new byte[125];
        Arrays.fill(full, (byte) 0xFE);
        goesOn("2.4 ping of 125", frame(PING, full), heard(PONG, full));
        ends(1002, "2.5 ping of 126", frame(PING, new byte[126]));
        goesOn("2.7 pong that nobody asked for", join(frame(PONG), frame(PING, HELLO)), heard(PONG, HELLO));
        goesOn("2.8 the same with payload", join(frame(PONG, HELLO), frame(PING)), heard(PONG, new byte[0]));
        var sent = new ArrayList<byte[]>();
        var pongs = new ArrayList<Received>();
        for (int i = 0; i < 10; i++) {
            sent.add(frame(PING, utf8("payload-" + i)));
            pongs.add(heard(PONG, utf8("payload-" + i)));
        }
        goesOn("2.10 ten pings", join(sent.toArray(byte[][]::new)), pongs.toArray(Received[]::new));
    }

    private void reservedBits() {
        for (int bits = 1; bits < 8; bits++) {
            for (int opcode : new int[] {TEXT, BINARY, PING, CLOSE}) {
                byte[] broken =
                        frame(0x80 | (bits << 4) | opcode, true, opcode == CLOSE ? closePayload(1000, "") : HELLO);
                byte[] sent = join(frame(TEXT, HELLO), broken, frame(PING));
                ends(1002, "3 reserved bits " + bits + " on opcode " + opcode, sent, heard(TEXT, HELLO));
            }
        }
    }

    private void opcodes() {
        for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            byte[] before = frame(TEXT, HELLO);
            ends(1002, "4 opcode " + opcode + " alone", frame(0x80 | opcode, true, new byte[0]));
            byte[] sent = join(before, frame(0x80 | opcode, true, HELLO), frame(PING));
            ends(1002, "4 opcode " + opcode + " with payload", sent, heard(TEXT, HELLO));
        }
    }

    private void fragments() {
        byte[] one = utf8("fragment1");
        byte[] two = utf8("fragment2");
        Received whole = heard(TEXT, join(one, two));
        byte[] first = fragment(TEXT, one);
        byte[] last = frame(CONTINUATION, two);
        goesOn("5.3 two fragments", join(first, last), whole);
        byte[] between = join(first, frame(PING, utf8("ping")), last);
        goesOn("5.6 ping between two fragments", between, heard(PONG, utf8("ping")), whole);
        goesOn("5.8 pong between two fragments", join(first, frame(PONG, HELLO), last), whole);
        var sent = new ArrayList<byte[]>();
        for (int i = 1; i <= 5; i++) {
            sent.add(frame((i == 5 ? 0x80 : 0) | (i == 1 ? TEXT : CONTINUATION), true, utf8("fragment" + i)));
            if (i == 2 || i == 4) sent.add(frame(PING, utf8("pongme " + i / 2 + "!")));
        }
        goesOn(
                "5.19 two pings between five fragments",
                join(sent.toArray(byte[][]::new)),
                heard(PONG, utf8("pongme 1!")),
                heard(PONG, utf8("pongme 2!")),
                heard(TEXT, utf8("fragment1fragment2fragment3fragment4fragment5")));
        byte[] empty = join(fragment(TEXT), fragment(CONTINUATION), frame(CONTINUATION));
        goesOn("6.1.2 fragments of nothing", empty, heard(TEXT, new byte[0]));
        byte[] middle = join(fragment(TEXT), fragment(CONTINUATION, HELLO), frame(CONTINUATION));
        goesOn("6.1.3 nothing, something, nothing", middle, heard(TEXT, HELLO));
        byte[] large = repeated("BAsd7&jh23", 65_536);
        goesOn("10.1.1 fragments of 1300", inFragments(TEXT, large, 1300), heard(TEXT, large));
    }

    private void brokenFragments() {
        byte[] one = utf8("fragment1");
        byte[] two = utf8("fragment2");
        byte[] text = frame(TEXT, HELLO);
        ends(1002, "5.1 ping in two fragments", join(frame(PING, true, one), frame(CONTINUATION, two)));
        ends(1002, "5.2 pong in two fragments", join(frame(PONG, true, one), frame(CONTINUATION, two)));
        ends(1002, "5.9 continuation of nothing", join(frame(CONTINUATION, one), text));
        ends(1002, "5.12 the same, going on", join(fragment(CONTINUATION, one), text));
        byte[] after = join(fragment(TEXT, one), frame(CONTINUATION, two), fragment(CONTINUATION, one), text);
        ends(1002, "5.15 continuation after the end", after, heard(TEXT, join(one, two)));
        byte[] twice = join(fragment(CONTINUATION, one), fragment(TEXT, one), frame(CONTINUATION, two));
        ends(1002, "5.16 continuation before the beginning", join(twice, twice));
        ends(1002, "5.18 a second beginning", join(fragment(TEXT, one), frame(TEXT, two)));
    }

    private void validText() {
        String greek = "cebae1bdb9cf83cebcceb5";
        byte[] all = HEX.parseHex(greek);
        goesOn("6.2.1 one frame", frame(TEXT, all), heard(TEXT, all));
        goesOn("6.2.3 a fragment per byte", inFragments(TEXT, all, 1), heard(TEXT, all));
        for (String hex : List.of(
                "68656c6c6f24776f726c64",
                "68656c6c6fc2a2776f726c64",
                "68656c6c6fe282ac776f726c64",
                "68656c6c6ff0a4ada2776f726c64",
                greek,
                "00",
                "c280",
                "e0a080",
                "f0908080",
                "7f",
                "dfbf",
                "efbfbf",
                "f48fbfbf",
                "ed9fbf",
                "ee8080",
                "efbfbd",
                "efbfbe",
                "efbfb9",
                "f09fbfbe",
                "f09fbfbf",
                "f0afbfbe",
                "f0bfbfbf",
                "f18fbfbe",
                "f2afbfbf",
                "f3bfbfbe",
                "f48fbfbe")) {
            byte[] text = HEX.parseHex(hex);
            goesOn("6.5 valid " + hex, frame(TEXT, text), heard(TEXT, text));
            goesOn("6.5 valid in pieces " + hex, inFragments(TEXT, text, 1), heard(TEXT, text));
        }
    }

    /** Every text of the suite that is none: overlong, surrogates, lonely and missing bytes, beyond U+10FFFF. */
    static final List<String> BROKEN_TEXTS = List.of(
            "ce",
            "cebae1",
            "cebae1bd",
            "cebae1bdb9cf",
            "f888808080",
            "fc8480808080",
            "f7bfbfbf",
            "fbbfbfbfbf",
            "fdbfbfbfbfbf",
            "f4908080",
            "80",
            "bf",
            "80bf",
            "80bf80",
            "80bf80bf80bf",
            "c020c120c220",
            "e020e120ef20",
            "f020f120f720",
            "f820fb20",
            "fc20fd20",
            "c0",
            "e080",
            "f08080",
            "f8808080",
            "fc80808080",
            "df",
            "efbf",
            "f7bfbf",
            "fbbfbfbf",
            "fdbfbfbfbf",
            "c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf",
            "fe",
            "ff",
            "fefeffff",
            "c0af",
            "e080af",
            "f08080af",
            "f8808080af",
            "fc80808080af",
            "c1bf",
            "e09fbf",
            "f08fbfbf",
            "f887bfbfbf",
            "fc83bfbfbfbf",
            "c080",
            "e08080",
            "f0808080",
            "f880808080",
            "fc8080808080",
            "eda080",
            "edadbf",
            "edae80",
            "edafbf",
            "edb080",
            "edbe80",
            "edbfbf",
            "eda080edb080",
            "eda080edbfbf",
            "edadbfedb080",
            "edadbfedbfbf",
            "edae80edb080",
            "edae80edbfbf",
            "edafbfedb080",
            "edafbfedbfbf",
            "cebae1bdb9cf83cebcceb5eda080656469746564");

    private void brokenText() {
        for (String hex : BROKEN_TEXTS) {
            byte[] text = HEX.parseHex(hex);
            ends(1007, "6.3 broken " + hex, frame(TEXT, text));
            ends(1007, "6.3 broken in pieces " + hex, inFragments(TEXT, text, 1));
        }
    }

    private void closes() {
        byte[] text = frame(TEXT, HELLO);
        byte[] close = frame(CLOSE, closePayload(1000, ""));
        ends(1000, "7.1.1 message and close", join(text, close), heard(TEXT, HELLO));
        ends(1000, "7.1.2 two closes", join(close, close));
        ends(1000, "7.1.3 ping after close", join(close, frame(PING)));
        ends(1000, "7.1.4 message after close", join(close, text));
        ends(1000, "7.1.5 close in a message", join(fragment(TEXT, HELLO), close, frame(CONTINUATION, HELLO)));
        byte[] large = repeated("BAsd7&jh23", 256 << 10);
        byte[] all = join(frame(TEXT, large), text, close, frame(PING));
        ends(1000, "7.1.6 a large message before close", all, heard(TEXT, large), heard(TEXT, HELLO));
        ends(1005, "7.3.1 empty close", frame(CLOSE));
        ends(1000, "7.3.4 close with a reason", frame(CLOSE, closePayload(1000, "Hello World!")));
        ends(1000, "7.3.5 close with 123 bytes of reason", frame(CLOSE, closePayload(1000, "*".repeat(123))));
        for (int code : new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
            ends(code, "7.7 close with " + code, frame(CLOSE, closePayload(code, "")));
        }
    }

    private void brokenCloses() {
        ends(1002, "7.3.2 close of one byte", frame(CLOSE, (byte) 'a'));
        ends(1002, "7.3.6 close with 124 bytes of reason", frame(CLOSE, closePayload(1000, "*".repeat(124))));
        byte[] reason = HEX.parseHex("03e8cebae1bdb9cf83cebcceb5eda080656469746564");
        ends(1007, "7.5.1 reason that is no text", frame(CLOSE, reason));
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535}) {
            ends(1002, "7.9 close with " + code, frame(CLOSE, closePayload(code, "")));
        }
    }
}
