package earshot.gateway;

import earshot.core.history.Retention;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Problem;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Session;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import java.io.DataInput;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Claims {@code /plain}, and leaves the rest to the test. */
final class TestDialect implements Dialect {
    static final Admission.Accepted ACCEPTED = new Admission.Accepted(null, "", Set.of(), "", null, null, _ -> {
        throw new AssertionError("the test's sessions have no conversation");
    });

    volatile Function<HandshakeRequest, CompletionStage<Admission>> admit =
            _ -> CompletableFuture.completedStage(ACCEPTED);
    volatile LinkLimits limits = new LinkLimits(64 << 10, 0, 0, true);
    volatile boolean cuts;

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public boolean claims(HandshakeRequest request) {
        return request.http().path().equals("/plain");
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        return admit.apply(request);
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        return HttpResponse.text(problem.status(), "plain " + problem);
    }

    @Override
    public List<Frame> encode(Event event, int variant) {
        return List.of();
    }

    @Override
    public Farewell farewell(CloseReason reason) {
        if (cuts) return new Farewell.Cut();
        return reason == CloseReason.DRAINING
                ? new Farewell.CloseFrame(1001, "later", List.of(Frame.text("last words")))
                : Echo.farewell(reason);
    }

    @Override
    public RoomRules rules() {
        return new RoomRules(1, new Retention(1, Retention.FOREVER, 1024, false), 0, 0, false, 0, 0, false, false);
    }

    @Override
    public Gatekeeper gatekeeper() {
        throw new AssertionError("no rooms here");
    }

    @Override
    public LinkLimits limits() {
        return limits;
    }

    @Override
    public List<HttpRoute> routes() {
        return List.of();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) {
        throw new AssertionError("nothing to thaw");
    }
}
