package earshot.gateway;

import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One upgrade (RFC 6455 section 4.2), from the request to the 101 or a refusal: legal? whose? and the rest by {@link Admitting}. Confined to its
 * connection's loop.
 */
final class Handshake implements Admitting.Client {
    private final Reception reception;
    private final GatewayLoop home;
    private final HttpConnection connection;
    private final WebSocketOffer offer;
    private final HandshakeRequest request;
    private @Nullable Admitting admitting;
    /** Not null: it is for a dialect over Engine.IO, which has other questions. */
    private @Nullable EngineUpgrade engine;

    private boolean over;

    Handshake(Reception reception, GatewayLoop home, HttpConnection connection, HttpHead head, HttpRequest request) {
        this.reception = reception;
        this.home = home;
        this.connection = connection;
        this.offer = new WebSocketOffer(head);
        this.request = new HandshakeRequest(request, offer.subprotocols());
    }

    /** Whether a request without an upgrade is for a path that would take one. */
    static boolean isKnownPath(Reception reception, HttpRequest request) {
        if (reception.config.echo() && request.path().equals(Echo.PATH)) return true;
        var asked = new HandshakeRequest(request, List.of());
        return reception.dialects.stream().anyMatch(d -> d.dialect().claims(asked));
    }

    void start() {
        HttpResponse illegal = offer.illegal();
        String path = request.http().path();
        EngineTerms terms = reception.engine.at(path);
        if (illegal != null) {
            refuse(illegal, "");
        } else if (terms != null) {
            engine = new EngineUpgrade(reception, home, connection, terms, offer, request.http());
            engine.start();
        } else if (reception.config.echo() && Echo.claims(path)) {
            startEcho();
        } else {
            startDialect();
        }
    }

    private void startEcho() {
        if (isCrowded() || reception.isDraining() || reception.full.getAsBoolean())
            refuse(Admitting.retryLater(HttpAnswer.bare(503)), "echo");
        else if (negotiate(GatewayConfig.Compression.ECHO))
            connection.upgrade(home, offer.answer(null, ""), Echo.TERMS.in(offer.form()), link -> new Echo(link, home));
    }

    private boolean negotiate(String dialect) {
        HttpResponse broken = offer.negotiate(reception.config.compression(), dialect);
        if (broken != null) refuse(broken, dialect);
        return broken == null;
    }

    private void startDialect() {
        Reception.Served found = null;
        try {
            for (Reception.Served each : reception.dialects) {
                if (found == null && each.dialect().claims(request)) found = each;
            }
        } catch (Throwable e) {
            Faults.contain(e, reception.meter, "claims");
            refuse(HttpResponse.text(500, "Internal error"), "");
            return;
        }
        if (found == null) refuse(unclaimed(), "");
        else if (negotiate(found.dialect().name())) admit(found);
    }

    private void admit(Reception.Served served) {
        var begun = new Admitting(reception, home, served, request, this);
        admitting = begun;
        begun.start();
    }

    private HttpResponse unclaimed() {
        HttpRequest http = request.http();
        return reception.routes.refusal(http.path(), offer.isLegalPath() ? 404 : 400);
    }

    @Override
    public boolean isGone() {
        return over || connection.isGone();
    }

    @Override
    public boolean isCrowded() {
        return connection.isCrowded();
    }

    @Override
    public void letIn(Entrant entrant) {
        Admitting by = admitting;
        if (by == null) throw new IllegalStateException("nobody asked for it");
        over = true;
        connection.upgrade(
                home,
                offer.answer(entrant.subprotocol(), ""),
                by.served().terms().in(offer.form()),
                by::open);
    }

    /** The time is up: for a turn, or for the dialect's decision. */
    void onDeadline() {
        if (admitting != null) admitting.onDeadline();
        if (engine != null) engine.onDeadline();
    }

    /** The client has gone. */
    void abandon() {
        over = true;
        if (engine != null) engine.abandon();
    }

    private void refuse(HttpResponse response, String dialect) {
        Admitting.count(reception, dialect, response);
        refused(response);
    }

    @Override
    public void refused(HttpResponse response) {
        over = true;
        connection.refuse(response);
    }
}
