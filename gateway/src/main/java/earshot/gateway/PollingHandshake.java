package earshot.gateway;

import earshot.core.telemetry.Metric;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.gateway.engineio.EngineSid;
import earshot.gateway.engineio.PayloadWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The request by which a session that polls begins; completes with its answer. Confined to its connection's loop, where the session will live. */
final class PollingHandshake extends CompletableFuture<HttpResponse> implements Abandonable, Admitting.Client {
    private final Reception reception;
    private final GatewayLoop home;
    private final EngineTerms terms;
    private final boolean crowded;
    private final Admitting admitting;
    private boolean gone;

    PollingHandshake(Reception reception, GatewayLoop home, EngineTerms terms, HttpRequest request, boolean crowded) {
        this.reception = reception;
        this.home = home;
        this.terms = terms;
        this.crowded = crowded;
        this.admitting = new Admitting(reception, home, terms.served, new HandshakeRequest(request, List.of()), this);
    }

    void start() {
        admitting.start();
    }

    @Override
    public boolean isGone() {
        return gone || isDone();
    }

    @Override
    public boolean isCrowded() {
        return crowded || terms.isFull() || reception.hasTooManySessions();
    }

    @Override
    public void refused(HttpResponse response) {
        complete(response);
    }

    @Override
    public void letIn(Entrant entrant) {
        EngineSid sid = reception.engine.fresh(home);
        try {
            EngineSession.polling(home, terms, sid, admitting);
        } catch (Throwable e) {
            Faults.contain(e, home.meter, "session");
            complete(RouteCall.internalError());
            return;
        }
        home.meter.add(Metric.ENGINE_HANDSHAKES, 1, "polling");
        var body = new PayloadWriter(200);
        body.addText(terms.open(sid.text(), true));
        HttpResponse open = EngineExchange.payload(body.body());
        String cookie = terms.cookie(sid.text());
        complete(cookie.isEmpty() ? open : open.with("set-cookie", cookie));
    }

    /** The answer would not be waited for; on the connection's loop. */
    @Override
    public void abandon() {
        gone = true;
    }
}
