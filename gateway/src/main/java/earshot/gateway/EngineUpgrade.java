package earshot.gateway;

import earshot.core.telemetry.Metric;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.gateway.engineio.EngineError;
import earshot.gateway.engineio.EngineSid;
import org.jspecify.annotations.Nullable;

/**
 * An upgrade request on a path of Engine.IO: a session of its own, or a WebSocket for one that polls. That one is brought to the session's loop.
 * Confined to its connection's loop.
 */
final class EngineUpgrade implements Admitting.Client {
    private final Reception reception;
    private final GatewayLoop home;
    private final HttpConnection connection;
    private final EngineTerms terms;
    private final WebSocketOffer offer;
    private final HttpRequest request;
    private final Admitting admitting;
    private boolean over;

    EngineUpgrade(
            Reception reception,
            GatewayLoop home,
            HttpConnection connection,
            EngineTerms terms,
            WebSocketOffer offer,
            HttpRequest request) {
        this.reception = reception;
        this.home = home;
        this.connection = connection;
        this.terms = terms;
        this.offer = offer;
        this.request = request;
        var asked = new HandshakeRequest(request, offer.subprotocols());
        this.admitting = new Admitting(reception, home, terms.served, asked, this);
    }

    void start() {
        EngineError wrong = EngineDoor.objection(terms, request, true);
        String id = request.queryParam("sid").orElse("");
        if (wrong != null) refuse(wrong);
        else if (!terms.cors.permits(request)) refuse(EngineError.FORBIDDEN);
        else if (!id.isEmpty()) startProbe(EngineSid.parse(id));
        else startSession();
    }

    private void refuse(EngineError error) {
        HttpResponse response = terms.cors.mark(request, error.response());
        Admitting.count(reception, terms.dialect().name(), response);
        refused(response);
    }

    // A session of its own.

    private void startSession() {
        HttpResponse broken =
                offer.negotiate(reception.config.compression(), terms.dialect().name());
        if (broken != null) refused(broken);
        else admitting.start();
    }

    @Override
    public boolean isGone() {
        return over || connection.isGone();
    }

    @Override
    public boolean isCrowded() {
        return connection.isCrowded() || terms.isFull();
    }

    @Override
    public void refused(HttpResponse response) {
        over = true;
        connection.refuse(response);
    }

    @Override
    public void letIn(Entrant entrant) {
        over = true;
        String sid = reception.engine.fresh(home).text();
        String cookie = terms.cookie(sid);
        String more = cookie.isEmpty() ? "" : "set-cookie: " + cookie + "\r\n";
        home.meter.add(Metric.ENGINE_HANDSHAKES, 1, "websocket");
        connection.upgrade(
                home,
                offer.answer(entrant.subprotocol(), more),
                terms.link().in(offer.form()),
                link -> EngineSession.overWebSocket(home, terms, link, sid, admitting));
    }

    // For a session that polls.

    private void startProbe(@Nullable EngineSid sid) {
        GatewayLoop there = reception.engine.home(sid);
        if (there == null || sid == null) {
            refuse(EngineError.UNKNOWN_SID);
            return;
        }
        there.loop.post(() -> {
            boolean known = there.engine.find(sid) != null;
            home.loop.post(() -> onKnown(known, there, sid));
        });
    }

    private void onKnown(boolean known, GatewayLoop there, EngineSid sid) {
        if (isGone()) return;
        if (!known) {
            refuse(EngineError.UNKNOWN_SID);
            return;
        }
        over = true;
        connection.upgrade(there, offer.answer(null, ""), terms.link(), link -> probe(there, sid, link));
    }

    /** On the session's loop; it may have gone meanwhile. */
    private static LinkListener probe(GatewayLoop there, EngineSid sid, WebSocketLink link) {
        EngineSession session = there.engine.find(sid);
        return session == null ? EngineProbe.unwanted(link) : session.onProbe(link);
    }

    void onDeadline() {
        admitting.onDeadline();
    }

    void abandon() {
        over = true;
    }
}
