package earshot.gateway;

import earshot.core.Node.Reservation;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Metric;
import earshot.dialect.Admission;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One upgrade (RFC 6455 section 4.2), from the request to the 101 or a refusal: legal? whose? its turn? admitted? a place left? Confined to
 * its connection's loop. A client that goes meanwhile gives back what was held for it.
 */
final class Handshake implements HandshakePace.Turn {
    private static final byte[] MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 16;
    private static final String RETRY_SECONDS = "1";

    private final Reception reception;
    private final GatewayLoop home;
    private final HttpConnection connection;
    private final HttpHead head;
    private final HandshakeRequest request;
    private Reception.@Nullable Served served;
    private ExtensionOffers.@Nullable Deflate deflate;
    private boolean over;
    private boolean begun;

    Handshake(Reception reception, GatewayLoop home, HttpConnection connection, HttpHead head, HttpRequest request) {
        this.reception = reception;
        this.home = home;
        this.connection = connection;
        this.head = head;
        this.request = new HandshakeRequest(request, List.copyOf(head.tokens("sec-websocket-protocol")));
    }

    /** Whether a request without an upgrade is for a path that would take one. */
    static boolean isKnownPath(Reception reception, HttpRequest request) {
        if (reception.config.echo() && request.path().equals(Echo.PATH)) return true;
        var asked = new HandshakeRequest(request, List.of());
        return reception.dialects.stream().anyMatch(d -> d.dialect().claims(asked));
    }

    static HttpResponse upgradeRequired() {
        return HttpAnswer.bare(426).with("upgrade", "websocket").with("sec-websocket-version", "13");
    }

    void start() {
        HttpResponse illegal = illegal();
        if (illegal != null) refuse(illegal, "");
        else if (reception.config.echo() && Echo.claims(request.http().path())) startEcho();
        else startDialect();
    }

    private @Nullable HttpResponse illegal() {
        if (!head.method().equals("GET")) return HttpAnswer.bare(405).with("allow", "GET");
        if (!head.http11() || head.hasBody() || !head.hasToken("connection", "upgrade")) return bad();
        List<String> version = head.headers().getOrDefault("sec-websocket-version", List.of());
        if (version.size() != 1 || !version.get(0).equals("13")) return upgradeRequired();
        List<String> key = head.headers().getOrDefault("sec-websocket-key", List.of());
        return key.size() == 1 && isKey(key.get(0)) ? null : bad();
    }

    private static HttpResponse bad() {
        return HttpAnswer.bare(400);
    }

    private static boolean isKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void startEcho() {
        if (mustRefuse()) refuse(retryLater(HttpAnswer.bare(503)), "echo");
        else if (negotiate(GatewayConfig.Compression.ECHO))
            connection.upgrade(switching(null), Echo.TERMS.in(form()), link -> new Echo(link, home));
    }

    /** Chooses what the client hears of its offers; false: they were broken, and so is the connection (section 9.1). */
    private boolean negotiate(String dialect) {
        if (!reception.config.compression().isOfferedTo(dialect)) return true;
        ExtensionOffers offers =
                ExtensionOffers.parse(head.headers().getOrDefault("sec-websocket-extensions", List.of()));
        if (offers == null) refuse(bad(), dialect);
        else deflate = offers.deflate();
        return offers != null;
    }

    private WireForm form() {
        return deflate == null ? WireForm.PLAIN : deflate.form();
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
        served = found;
        if (found == null) refuse(unclaimed(), "");
        else if (mustRefuse()) refuse(Problem.BUSY);
        else if (negotiate(found.dialect().name())) home.pace.enter(this, home.nanos());
    }

    private HttpResponse unclaimed() {
        return reception.routes.refusal(head.target().path(), head.target().legal() ? 404 : 400);
    }

    private boolean mustRefuse() {
        return connection.isCrowded() || reception.isDraining() || reception.full.getAsBoolean();
    }

    @Override
    public void begin() {
        if (isGone()) return;
        begun = true;
        if (mustRefuse()) {
            refuse(Problem.BUSY);
            return;
        }
        try {
            home.whenDone(served().dialect().admit(request), this::onAdmission);
        } catch (Throwable e) {
            Faults.contain(e, reception.meter, "admit");
            refuse(Problem.INTERNAL);
        }
    }

    @Override
    public void refuse(Limit exceeded) {
        if (isGone()) return;
        exceeded.exceeded(reception.meter);
        refuse(Problem.BUSY);
    }

    @Override
    public boolean isGone() {
        return over || connection.isGone();
    }

    private void onAdmission(@Nullable Admission admission, @Nullable Throwable failure) {
        if (failure != null) Faults.contain(failure, reception.meter, "admit");
        if (isGone()) return;
        switch (admission) {
            case null -> refuse(Problem.INTERNAL);
            case Admission.Refused(HttpResponse response) ->
                refuse(response, served().dialect().name());
            case Admission.Accepted accepted -> letIn(Entrant.of(accepted));
            case Admission.Unidentified unidentified -> letIn(Entrant.of(unidentified));
        }
    }

    private void letIn(Entrant entrant) {
        RoomId room = entrant.reserve();
        if (room == null) accept(entrant, null);
        else reserve(entrant, room);
    }

    private void reserve(Entrant entrant, RoomId room) {
        home.whenDone(reception.places.apply(room), (place, failure) -> {
            boolean busy = failure instanceof RejectedExecutionException;
            if (failure != null && !busy) Faults.contain(failure, reception.meter, "reserve");
            if (isGone()) {
                if (place != null) place.release();
            } else if (busy) {
                refuse(Problem.BUSY);
            } else if (failure != null) {
                refuse(Problem.INTERNAL);
            } else if (place == null) {
                refuse(Problem.ROOM_FULL);
            } else {
                accept(entrant, place);
            }
        });
    }

    private void accept(Entrant entrant, @Nullable Reservation place) {
        over = true;
        Reception.Served of = served();
        connection.upgrade(
                switching(entrant.subprotocol()), of.terms().in(form()), link -> open(link, of, entrant, place));
    }

    private LinkListener open(
            Link link, Reception.Served of, Entrant entrant, @Nullable Reservation place) {
        boolean opened = false;
        try {
            LinkListener session =
                    reception.sessions.open(home.loop, link, of.dialect(), entrant, request.http(), place);
            opened = true;
            return session;
        } finally {
            if (!opened && place != null) place.release();
        }
    }

    /** The time is up: for a turn, or for the dialect's decision. */
    void onDeadline() {
        if (isGone()) return;
        (begun ? Limit.HANDSHAKE_DECISION : Limit.HANDSHAKE_WAIT).exceeded(reception.meter);
        refuse(begun ? Problem.UNAVAILABLE : Problem.BUSY);
    }

    /** The client has gone. */
    void abandon() {
        over = true;
    }

    private void refuse(Problem problem) {
        if (isGone()) return;
        Reception.Served of = served();
        HttpResponse response;
        try {
            response = of.dialect().refusal(problem);
        } catch (Throwable e) {
            Faults.contain(e, reception.meter, "refusal");
            response = HttpAnswer.bare(problem.status());
        }
        refuse(
                problem == Problem.BUSY || problem == Problem.UNAVAILABLE ? retryLater(response) : response,
                of.dialect().name());
    }

    private static HttpResponse retryLater(HttpResponse response) {
        return response.headers().containsKey("retry-after") ? response : response.with("retry-after", RETRY_SECONDS);
    }

    private void refuse(HttpResponse response, String dialect) {
        over = true;
        reception.meter.add(Metric.HANDSHAKES_REFUSED, 1, dialect, Integer.toString(response.status()));
        connection.refuse(response);
    }

    private Reception.Served served() {
        Reception.Served of = served;
        if (of == null) throw new IllegalStateException("no dialect yet");
        return of;
    }

    /** A subprotocol that was not offered would make the client fail the connection (section 4.1): then none is named. */
    private byte[] switching(@Nullable String subprotocol) {
        var text = new StringBuilder(160);
        HttpAnswer.statusLine(text, 101);
        text.append("upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ")
                .append(accept(head.headers()
                        .getOrDefault("sec-websocket-key", List.of())
                        .get(0)))
                .append("\r\n");
        if (subprotocol != null && request.subprotocols().contains(subprotocol)) {
            text.append("sec-websocket-protocol: ").append(subprotocol).append("\r\n");
        }
        if (deflate != null) {
            text.append("sec-websocket-extensions: ").append(deflate.answer()).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(key.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(sha1.digest(MAGIC));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
