package earshot.dialect.waddle;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Body;
import earshot.dialect.Dialect;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.testkit.ConversationContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

final class WaddleContractTest extends ConversationContract {
    private static final List<String> INPUTS = List.of(
            "{\"type\":\"message\",\"content\":\"hello\",\"threadId\":\"t1\"}",
            "{\"content\":\"h\\u00e9 \\\"q\\\" \\ud800\",\"threadId\":null,\"type\":\"message\"}",
            "{\"type\":\"message\",\"content\":\"\"}",
            "{\"type\":\"message\",\"content\":\"" + "x".repeat(4001) + "\"}",
            "{\"type\":\"message\",\"message\":{\"id\":\"c1\",\"content\":\"hi\",\"threadId\":\"t\"},\"clientId\":\"x\",\"timestamp\":1}",
            "{\"type\":\"typing\",\"isTyping\":true}",
            "{\"type\":\"typing\",\"isTyping\":\"yes\"}",
            "{\"type\":\"presence\",\"status\":\"away\"}",
            "{\"type\":\"presence\"}",
            "{\"type\":\"sync\",\"afterMessageId\":\"00000000-0000-4000-8000-000000000003\"}",
            "{\"type\":\"sync\"}",
            "{\"type\":\"nope\",\"deep\":{\"a\":[1,2,{\"b\":null}]}}",
            "null",
            "7",
            "[]",
            "\"text\"",
            "true");

    @Override
    protected Dialect newDialect() {
        WaddleConfig d = WaddleConfig.DEFAULT;
        WaddleConfig limited = new WaddleConfig(
                d.channelSockets(),
                d.history(),
                d.maxContentChars(),
                d.maxMessageBytes(),
                20,
                5,
                d.typingExpiry(),
                d.linger(),
                d.pingInterval(),
                d.access(),
                true,
                true,
                false,
                d.retention());
        return new Fixture(limited, false).dialect;
    }

    @Override
    protected HandshakeRequest handshake() {
        return Fixture.annsHandshake();
    }

    @Override
    protected List<Frame> inputs() {
        return Stream.concat(INPUTS.stream().map(Frame::text), Stream.of(Frame.binary(new byte[] {1, 2, 3})))
                .toList();
    }

    @Override
    protected List<Body> bodies() {
        return Stream.of(
                        "{\"content\":\"hello\"}",
                        "{\"content\":\"a\\\"b\\\\\",\"threadId\":\"t1\"}",
                        "{\"content\":\"n\",\"threadId\":null}")
                .map(json ->
                        new Body(WaddleDialect.NAME, MessageBody.MEDIA_TYPE, json.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    @Override
    protected void checkReadable(Frame frame) {
        assertThat(frame.kind()).isEqualTo(Frame.Kind.TEXT);
        Map<String, Object> json = Json.object(frame.asText());
        assertThat(json.get("type")).isInstanceOf(String.class);
    }
}
