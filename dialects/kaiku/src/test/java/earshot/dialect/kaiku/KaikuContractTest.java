package earshot.dialect.kaiku;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.memory.MemoryResumeBook;
import earshot.core.message.Body;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.UserId;
import earshot.core.room.Meetings;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.voice.Voice;
import earshot.dialect.Claims;
import earshot.dialect.Dialect;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.TokenVerifier;
import earshot.dialect.testkit.ConversationContract;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class KaikuContractTest extends ConversationContract {
    private static final String IN = "\"channel_id\":\"" + KaikuWorld.GENERAL + "\"";
    private static final List<String> INPUTS = List.of(
            "{\"type\":\"ping\"}",
            "{\"type\":\"subscribe\"," + IN + "}",
            "{\"type\":\"subscribe\"," + IN + ",\"events\":[\"message_new\",\"x\"]}",
            "{\"type\":\"subscribe\"," + IN + ",\"events\":7}",
            "{\"type\":\"subscribe\",\"channel_id\":\"{0190CCCC-0000-7000-8000-000000000004}\"}",
            "{\"type\":\"subscribe\",\"channel_id\":\"nope\"}",
            "{\"type\":\"unsubscribe\"," + IN + "}",
            "{\"type\":\"typing\"," + IN + "}",
            "{\"type\":\"stop_typing\"," + IN + "}",
            "{\"type\":\"voice_join\"," + IN + "}",
            "{\"type\":\"voice_leave\"," + IN + "}",
            "{\"type\":\"voice_answer\"," + IN + ",\"sdp\":\"v=0\\r\\n\"}",
            "{\"type\":\"voice_ice_candidate\"," + IN
                    + ",\"candidate\":\"{\\\"candidate\\\":\\\"\\\",\\\"sdpMLineIndex\\\":0}\"}",
            "{\"type\":\"voice_ice_candidate\"," + IN
                    + ",\"candidate\":{\"candidate\":\"candidate:1\",\"sdpMid\":null}}",
            "{\"type\":\"voice_mute\"," + IN + "}",
            "{\"type\":\"voice_unmute\"," + IN + "}",
            "{\"type\":\"set_status\",\"status\":\"Busy\"}",
            "{\"type\":\"set_activity\",\"activity\":{\"name\":\"\\ud800\",\"x\":[1,2.5,null,true]}}",
            "{\"type\":\"set_custom_status\",\"custom_status\":null}",
            "{\"type\":\"VoiceStats\",\"latency\":1}",
            "{\"type\":\"admin_subscribe\"}",
            "{\"type\":\"MessageNew\"}",
            "{\"type\":7}",
            "[]",
            "{");

    @Override
    protected Dialect newDialect() {
        AtomicLong ids = new AtomicLong();
        return new KaikuDialect(
                KaikuConfig.DEFAULT,
                new KaikuDialect.Surroundings(
                        MemoryProduct.ofDevelopment(),
                        new Nowhere(),
                        Voice.NONE,
                        KaikuContractTest::verify,
                        new Meetings(List.of(), Map.of()),
                        new MemoryResumeBook(new ManualClock()),
                        () -> Samples.id(ids.incrementAndGet()),
                        () -> String.format("secret%014d", ids.incrementAndGet()),
                        new ManualClock(),
                        Meter.NONE));
    }

    private static TokenVerifier.Verdict verify(String token) {
        return token.equals("t")
                ? new TokenVerifier.Verdict.Valid(new Claims(
                        Map.of("sub", KaikuWorld.ALICE.toString(), "exp", 2_000_000_000L, "iat", 1_700_000_000L)))
                : new TokenVerifier.Verdict.Invalid(TokenVerifier.Reason.BAD_SIGNATURE);
    }

    @Override
    protected HandshakeRequest handshake() {
        return Handshakes.to("/ws?token=t").build();
    }

    @Override
    protected List<Frame> inputs() {
        return Stream.concat(INPUTS.stream().map(Frame::text), Stream.of(Frame.binary(new byte[] {1, 2, 3})))
                .toList();
    }

    @Override
    protected List<Body> bodies() {
        return List.of(
                MessageObject.body("{\"id\":\"x\",\"content\":\"hi\"}".getBytes(StandardCharsets.UTF_8)),
                new Body(KaikuDialect.NAME, "application/octet-stream", new byte[] {1, 2}));
    }

    /** What the client said before it was ready, and some hundred channels. */
    @Override
    protected int maxFrozenBytes() {
        return 1 << 20;
    }

    @Override
    protected void checkReadable(Frame frame) {
        byte[] json = frame.kind() == Frame.Kind.TEXT ? frame.bytes() : MessagePack.toJson(frame.bytes());
        assertThat(json).isNotNull();
        EventText text = EventText.read(json);
        assertThat(text).as(new String(json, StandardCharsets.UTF_8)).isNotNull();
        assertThat(json).startsWith("{\"type\":\"".getBytes(StandardCharsets.US_ASCII));
    }

    private static final class Nowhere implements Reach {
        @Override
        public CompletionStage<Reply> serve(Command command, @Nullable Profile as) {
            return CompletableFuture.completedStage(Reply.Done.INSTANCE);
        }

        @Override
        public void notify(Event.Notified event) {}

        @Override
        public void recheck(UserId user) {}

        @Override
        public void disconnect(UserId user, CloseReason reason) {}

        @Override
        public CompletionStage<Integer> sessions(UserId user) {
            return CompletableFuture.completedStage(0);
        }

        @Override
        public void later(Duration delay, Runnable task) {}
    }
}
