package earshot.dialect.threadkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Body;
import earshot.dialect.Dialect;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.testkit.ConversationContract;
import java.util.List;
import tools.jackson.databind.JsonNode;

final class ThreadkitContractTest extends ConversationContract {
    @Override
    protected Dialect newDialect() {
        return new TestWorld().dialect(ThreadkitConfig.DEFAULT.withMessagesPerSecond(20));
    }

    @Override
    protected HandshakeRequest handshake() {
        return TestWorld.request("?project_id=" + TestWorld.PUBLIC_KEY + "&token=ann");
    }

    @Override
    protected List<Frame> inputs() {
        return List.of(
                Frame.text(TestWorld.subscribe(TestWorld.PAGE)),
                Frame.text(TestWorld.subscribe(TestWorld.page(1))),
                Frame.text(TestWorld.subscribe("urn:uuid:" + TestWorld.page(2))),
                Frame.text(TestWorld.unsubscribe(TestWorld.PAGE)),
                Frame.text(TestWorld.typing(TestWorld.PAGE, "null")),
                Frame.text(TestWorld.typing(TestWorld.PAGE, "\"" + TestWorld.COMMENT + "\"")),
                Frame.text("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}"),
                Frame.text("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[1,{}]}"),
                Frame.text("{\"jsonrpc\":\"1.0\",\"method\":\"ping\"}"),
                Frame.binary(new byte[] {1, 2, 3}));
    }

    @Override
    protected List<Body> bodies() {
        return List.of(
                new Body("threadkit", "application/json", TestWorld.utf8(GoldenFrames.COMMENT)),
                new Body("threadkit", "application/json", TestWorld.utf8("{\"i\":\"x\",\"s\":\"pending\"}")),
                new Body("threadkit", "application/json", new byte[] {'{', (byte) 0xff, '}'}),
                new Body("threadkit", "text/plain", TestWorld.utf8("{")));
    }

    @Override
    protected void checkReadable(Frame frame) {
        assertThat(frame.kind()).isEqualTo(Frame.Kind.TEXT);
        JsonNode json = TestWorld.json(frame);
        assertThat(json.get("jsonrpc").stringValue()).isEqualTo("2.0");
        assertThat(json.get("method").isString()).isTrue();
        assertThat(json.get("params").isObject()).isTrue();
        assertThat(json.has("id")).isFalse();
    }
}
