package earshot.gateway;

import earshot.core.history.Retention;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Session;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.EngineIo;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Engine.IO and nothing behind it: every message comes back as it was. The counterpart of the protocol's own suite
 * (https://github.com/socketio/engine.io-protocol), which also fixes the times. Has no rooms. Thread-safe.
 */
public final class EngineEchoDialect implements Dialect {
    public static final String NAME = "engineecho";
    public static final String PATH = "/engine.io/";
    /** What the suite finds in the handshake, exactly. */
    private static final int MAX_PAYLOAD = 1_000_000;

    private static final EngineIo SUITE = EngineIo.at(PATH, EngineIo.Cors.ANY)
            .with(new EngineIo.Times(
                    Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(45)));

    private final EngineIo terms;

    /** With the times of the suite: a client that is half a second late is dead. */
    public static EngineEchoDialect ofTheSuite() {
        return new EngineEchoDialect(SUITE);
    }

    /** With everybody's times. */
    public static EngineEchoDialect patient() {
        return new EngineEchoDialect(EngineIo.at(PATH, EngineIo.Cors.ANY));
    }

    EngineEchoDialect(EngineIo terms) {
        this.terms = terms;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public EngineIo engineIo() {
        return terms;
    }

    @Override
    public boolean claims(HandshakeRequest request) {
        return false;
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        return CompletableFuture.completedStage(
                new Admission.Accepted(null, "", Set.of(), "", null, null, _ -> new Echoing()));
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        return HttpAnswer.bare(problem.status());
    }

    @Override
    public List<Frame> encode(Event event, int variant) {
        return List.of();
    }

    @Override
    public Farewell farewell(CloseReason reason) {
        return Echo.farewell(reason);
    }

    @Override
    public RoomRules rules() {
        return new RoomRules(1, Retention.EVERYTHING, 0, 0, false, 0, 0, false, false);
    }

    @Override
    public Gatekeeper gatekeeper() {
        return (_, _) -> CompletableFuture.completedStage(new Gatekeeper.Verdict.Denied(Problem.NOT_FOUND));
    }

    @Override
    public LinkLimits limits() {
        return new LinkLimits(MAX_PAYLOAD, 0, 0, true);
    }

    @Override
    public boolean isCounted() {
        return false;
    }

    @Override
    public List<HttpRoute> routes() {
        return List.of();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) {
        return new Echoing();
    }

    private static final class Echoing implements Conversation {
        @Override
        public void opened(Inbox inbox) {}

        @Override
        public void decode(Frame frame, Inbox inbox) {
            inbox.answer(frame);
        }

        @Override
        public void onReply(Tag tag, Reply reply, Inbox inbox) {}

        @Override
        public int variant() {
            return 0;
        }

        @Override
        public void fault(Inbox inbox) {
            inbox.close(CloseReason.FAULT);
        }

        @Override
        public void freeze(DataOutput out) {}
    }
}
