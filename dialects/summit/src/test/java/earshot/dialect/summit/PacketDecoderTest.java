package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.Frame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Packets as the reference parser reads them, and what it closes the connection for. */
final class PacketDecoderTest {
    private final PacketDecoder decoder = new PacketDecoder(1_000_000);

    private Heard text(String packet) {
        return decoder.next(Frame.text(packet));
    }

    @Test
    void event_hasNamespaceAckNameAndArguments() {
        Heard.Event event =
                (Heard.Event) text("2/ops,12[\"room:join\",{\"room\":\"x\",\"n\":[1,{\"a\":2}]},null,\"é\"]");
        assertThat(event.namespace()).isEqualTo("/ops");
        assertThat(event.ackId()).isEqualTo(12);
        assertThat(event.name()).isEqualTo("room:join");
        assertThat(event.arguments())
                .extracting(Slice::raw)
                .containsExactly("{\"room\":\"x\",\"n\":[1,{\"a\":2}]}", "null", "\"é\"");
        assertThat(event.first().string("room")).isEqualTo("x");
        Slice n = event.first().value("n");
        assertThat(n).isNotNull();
        assertThat(n.raw()).isEqualTo("[1,{\"a\":2}]");
    }

    @Test
    void event_keepsEveryKindOfValueAsItIs() {
        Heard.Event event =
                (Heard.Event) text("2[\"e\" , { \"a\" : -1.5E+3 , \"b\":true,\"c\" : \"\\ud83d\\n\" ,\"a\":7 } ]");
        assertThat(event.first().value("a")).extracting(Slice::raw).isEqualTo("7");
        assertThat(event.first().value("b")).extracting(Slice::raw).isEqualTo("true");
        assertThat(event.first().value("c")).extracting(Slice::raw).isEqualTo("\"\\ud83d\\n\"");
        assertThat(event.ackId()).isEqualTo(Packets.NO_ACK);
    }

    @Test
    void connect_mayHaveAPayload() {
        assertThat(((Heard.Connect) text("0")).auth().size()).isZero();
        assertThat(((Heard.Connect) text("0/ops,")).namespace()).isEqualTo("/ops");
        assertThat(((Heard.Connect) text("0/ops")).namespace()).isEqualTo("/ops");
        Heard.Connect connect = (Heard.Connect) text("0/ops,{\"token\":\"t\"}");
        assertThat(connect.auth().string("token")).isEqualTo("t");
    }

    @Test
    void ackAndDisconnect_areRead() {
        assertThat(((Heard.Ack) text("37[1,{\"a\":2}]")).arguments())
                .extracting(Slice::raw)
                .containsExactly("1", "{\"a\":2}");
        assertThat(text("1")).isEqualTo(new Heard.Disconnect("/"));
        assertThat(text("1/ops,")).isEqualTo(new Heard.Disconnect("/ops"));
    }

    @Test
    void whatTheReferenceClosesFor_isMalformed() {
        List<String> bad = List.of(
                "",
                "x",
                "7",
                "9[]",
                "4{\"message\":\"no\"}",
                "2",
                "2[]",
                "2{}",
                "2[{}]",
                "2[null]",
                "2[\"a\"",
                "2[\"a\"]x",
                "2[\"a\",]",
                "2[\"a\",undefined]",
                "2\"a\"",
                "2[\"connect\"]",
                "2[\"connect_error\"]",
                "2[\"disconnect\"]",
                "2[\"disconnecting\"]",
                "2[\"newListener\"]",
                "2[\"removeListener\"]",
                "0[]",
                "0\"x\"",
                "0null",
                "0{",
                "1{}",
                "1[]",
                "3[]",
                "31",
                "31{}",
                "5[\"a\"]",
                "5-[\"a\"]",
                "50-[\"a\"]",
                "511-[\"a\"]",
                "5999-[\"a\"]",
                "51[\"a\"]",
                "2" + "1".repeat(16) + "[\"a\"]",
                "2/" + "n".repeat(300) + ",[\"a\"]",
                "2[\"a\"," + "[".repeat(100) + "]".repeat(100) + "]",
                "\u00002[\"a\"]",
                "2\ufeff[\"a\"]");
        for (String packet : bad) assertThat(text(packet)).as(packet).isEqualTo(Heard.MALFORMED);
        assertThat(decoder.next(Frame.binary(new byte[1]))).isEqualTo(Heard.MALFORMED);
    }

    @Test
    void attachments_completeTheirPacket() {
        assertThat(
                        text(
                                "52-/ops,3[\"a\",{\"_placeholder\":true,\"num\":0},{\"x\":[{\"num\":1,\"_placeholder\":true}]}]"))
                .isEqualTo(Heard.INCOMPLETE);
        assertThat(decoder.next(Frame.binary(new byte[] {1}))).isEqualTo(Heard.INCOMPLETE);
        Heard.Event event = (Heard.Event) decoder.next(Frame.binary(new byte[0]));
        assertThat(event.attachments()).hasSize(2);
        assertThat(event.ackId()).isEqualTo(3);
        assertThat(decoder.isWaiting()).isFalse();
    }

    @Test
    void textWhileAttachmentsAreDue_isMalformed() {
        assertThat(text("51-[\"a\",{\"_placeholder\":true,\"num\":0}]")).isEqualTo(Heard.INCOMPLETE);
        assertThat(text("2[\"b\"]")).isEqualTo(Heard.MALFORMED);
    }

    @Test
    void placeholders_thatNameNothing_areMalformed() {
        for (String placeholder : List.of(
                "{\"_placeholder\":true,\"num\":1}",
                "{\"_placeholder\":true,\"num\":-1}",
                "{\"_placeholder\":true}",
                "{\"_placeholder\":true,\"num\":\"0\"}",
                "{\"num\":0,\"_placeholder\":true,\"num\":9}",
                "{\"_placeholder\":true,\"num\":99999999999999999999}",
                "{\"a\":{\"_placeholder\":true,\"num\":{\"x\":0}}}"))
            assertThat(text("51-[\"a\"," + placeholder + "]")).as(placeholder).isEqualTo(Heard.MALFORMED);
        for (String harmless : List.of(
                "{\"_placeholder\":false,\"num\":7}",
                "{\"num\":{\"deep\":[1]}}",
                "{\"_placeholder\":{\"_placeholder\":true,\"num\":0}}",
                "{\"_placeholder\":\"true\",\"num\":5}")) {
            assertThat(new PacketDecoder(1000).next(Frame.text("51-[\"a\"," + harmless + "]")))
                    .as(harmless)
                    .isEqualTo(Heard.INCOMPLETE);
        }
    }

    @Test
    void packet_withItsAttachments_isBounded() {
        PacketDecoder small = new PacketDecoder(1000);
        assertThat(small.next(Frame.text("52-[\"a\"]"))).isEqualTo(Heard.INCOMPLETE);
        assertThat(small.next(Frame.binary(new byte[900]))).isEqualTo(Heard.INCOMPLETE);
        assertThat(small.next(Frame.binary(new byte[100]))).isEqualTo(Heard.TOO_BIG);
    }

    /** What is encoded is read back, whatever is in it. */
    @Test
    void encodedEvents_areReadBack() {
        Random random = new Random(11);
        for (int i = 0; i < 500; i++) {
            String namespace = random.nextBoolean() ? "/" : "/ns" + random.nextInt(9);
            long ackId = random.nextBoolean() ? Packets.NO_ACK : random.nextInt(1_000_000);
            String name = randomText(random);
            int attachments = random.nextInt(4);
            var json = Packets.startEvent(namespace, ackId, attachments, 10)
                    .raw('[')
                    .string(name);
            for (int a = 0; a < attachments; a++)
                json.raw(",{\"_placeholder\":true,\"num\":").number(a).raw('}');
            List<byte[]> binaries = new ArrayList<>();
            for (int a = 0; a < attachments; a++) binaries.add(new byte[random.nextInt(20)]);
            Heard heard = Heard.INCOMPLETE;
            for (Frame frame : Packets.message(json.raw(']'), binaries)) heard = decoder.next(frame);
            Heard.Event event = (Heard.Event) heard;
            assertThat(event.namespace()).isEqualTo(namespace);
            assertThat(event.ackId()).isEqualTo(ackId);
            assertThat(event.name()).isEqualTo(name);
            assertThat(event.attachments()).containsExactlyElementsOf(binaries);
        }
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder("e");
        for (int i = random.nextInt(8); i > 0; i--)
            text.appendCodePoint("a\"\\\n\t é€😀".codePointAt(random.nextInt(8)));
        return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                .replace('?', 'q')
                .replace('\ufffd', 'q');
    }

    @Test
    void frozen_whileAttachmentsAreDue_goesOn() throws IOException {
        text("52-[\"a\",{\"_placeholder\":true,\"num\":1}]");
        decoder.next(Frame.binary(new byte[] {5}));
        var bytes = new ByteArrayOutputStream();
        decoder.freeze(new DataOutputStream(bytes));
        PacketDecoder thawed =
                PacketDecoder.thaw(1_000_000, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(thawed.next(Frame.binary(new byte[] {6}))).isInstanceOf(Heard.Event.class);
    }
}
