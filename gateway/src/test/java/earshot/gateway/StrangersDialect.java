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
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Its clients say which tenant they are of in their first message; {@code wait} waits until the test says so, {@code bye} is answered and ends it.
 *
 * @param waiting what is waited for
 * @param ended conversations that heard of their end
 */
record StrangersDialect(EngineIo engineIo, Queue<CompletableFuture<Void>> waiting, Queue<CloseReason> ended)
        implements Dialect {
    static final String NAME = "strangers";

    StrangersDialect(EngineIo engineIo) {
        this(engineIo, new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean claims(HandshakeRequest request) {
        return false;
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        return CompletableFuture.supplyAsync(() -> new Admission.Unidentified(_ -> new Greeting(this)));
    }

    private record Greeting(StrangersDialect of) implements Conversation {
        @Override
        public void opened(Inbox inbox) {}

        @Override
        public void onEnded(CloseReason reason) {
            of.ended.add(reason);
        }

        @Override
        public void decode(Frame frame, Inbox inbox) {
            if (frame.asText().equals("wait")) {
                var stage = new CompletableFuture<Void>();
                inbox.when(stage, (_, _, later) -> later.answer(Frame.text("waited")));
                of.waiting.add(stage);
                return;
            }
            if (frame.asText().equals("bye")) {
                inbox.answer(Frame.text("bye"));
                inbox.close(CloseReason.REVOKED);
                return;
            }
            Session session = inbox.identify(null, frame.asText(), Set.of(), "");
            inbox.answer(Frame.text("you are " + session.tenant() + " by " + inbox.transport()));
        }

        @Override
        public void onReply(Tag tag, Reply reply, Inbox inbox) {}

        @Override
        public int variant() {
            return 0;
        }

        @Override
        public void fault(Inbox inbox) {}

        @Override
        public void freeze(DataOutput out) {}
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        return HttpResponse.text(problem.status(), problem.code());
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
        throw new AssertionError("no rooms here");
    }

    @Override
    public LinkLimits limits() {
        return new LinkLimits(100_000, 0, 0, true);
    }

    @Override
    public List<HttpRoute> routes() {
        return List.of();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) {
        return new Greeting(this);
    }
}
