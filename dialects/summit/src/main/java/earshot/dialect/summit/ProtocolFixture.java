package earshot.dialect.summit;

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
import earshot.dialect.EngineIo;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import java.io.DataInput;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What the official suite of the Socket.IO protocol talks to (https://github.com/socketio/socket.io-protocol, {@code test-suite}): no token, two namespaces,
 * an echo, and the short times that the suite counts on. For {@code serve --protocol-fixture} alone. Thread-safe.
 */
public final class ProtocolFixture implements Dialect {
    private static final String NAME = "fixture";
    private static final int MAX_PAYLOAD = 1_000_000;
    private static final EngineIo TERMS = EngineIo.at("/socket.io/", EngineIo.Cors.ANY)
            .with(new EngineIo.Times(
                    Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(1)));

    private final Supplier<String> secrets;

    /** @param secrets fresh ids of 20 url-safe characters; any thread */
    public ProtocolFixture(Supplier<String> secrets) {
        this.secrets = secrets;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public EngineIo engineIo() {
        return TERMS;
    }

    @Override
    public boolean claims(HandshakeRequest request) {
        return request.http().path().startsWith(TERMS.path());
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        return CompletableFuture.completedStage(new Admission.Unidentified(_ -> new FixtureConversation(secrets)));
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        return HttpResponse.json(problem.status(), "{\"code\":3,\"message\":\"" + problem.code() + "\"}");
    }

    @Override
    public List<Frame> encode(Event event, int variant) {
        return List.of();
    }

    @Override
    public Farewell farewell(CloseReason reason) {
        return Farewell.closeFrame(1000, "");
    }

    @Override
    public RoomRules rules() {
        var none = new Retention(1, Duration.ofSeconds(1), 1, false);
        return new RoomRules(1, none, 0, 0, false, 1000, 0, false, true);
    }

    @Override
    public Gatekeeper gatekeeper() {
        return (_, _) -> CompletableFuture.completedStage(new Gatekeeper.Verdict.Denied(Problem.FORBIDDEN));
    }

    @Override
    public LinkLimits limits() {
        return new LinkLimits(MAX_PAYLOAD, 0, 0, true);
    }

    @Override
    public List<HttpRoute> routes() {
        return List.of();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) throws IOException {
        throw new IOException("a fixture is never frozen");
    }
}
