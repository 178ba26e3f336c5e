package earshot.gateway;

import earshot.core.Node.Reservation;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Metric;
import earshot.dialect.Admission;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One client's way through its dialect's door: its turn? admitted? a place left? Confined to its connection's loop. Of a client that goes meanwhile
 * what was held for it is given back.
 */
final class Admitting implements HandshakePace.Turn {
    private static final String RETRY_SECONDS = "1";

    /** Who wants in. */
    interface Client {
        /** Has left, or has been answered. */
        boolean isGone();

        /** There is no room for it where it stands. */
        boolean isCrowded();

        /** Once, and then not {@link #letIn}. */
        void refused(HttpResponse response);

        /** Once: {@link #open} makes the session. */
        void letIn(Entrant entrant);
    }

    private final Reception reception;
    private final GatewayLoop home;
    private final Reception.Served served;
    private final HandshakeRequest request;
    private final Client client;
    private boolean begun;
    private @Nullable Entrant entrant;
    private @Nullable Reservation place;

    Admitting(Reception reception, GatewayLoop home, Reception.Served served, HandshakeRequest request, Client client) {
        this.reception = reception;
        this.home = home;
        this.served = served;
        this.request = request;
        this.client = client;
    }

    Reception.Served served() {
        return served;
    }

    void start() {
        if (mustRefuse()) refuse(Problem.BUSY);
        else home.pace.enter(this, home.nanos());
    }

    private boolean mustRefuse() {
        return client.isCrowded() || reception.isDraining() || reception.full.getAsBoolean();
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
            home.whenDone(served.dialect().admit(request), this::onAdmission);
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
        return client.isGone();
    }

    private void onAdmission(@Nullable Admission admission, @Nullable Throwable failure) {
        if (failure != null) Faults.contain(failure, reception.meter, "admit");
        if (isGone()) return;
        switch (admission) {
            case null -> refuse(Problem.INTERNAL);
            case Admission.Refused(HttpResponse response) -> refuse(response);
            case Admission.Accepted accepted -> place(Entrant.of(accepted));
            case Admission.Unidentified unidentified -> place(Entrant.of(unidentified));
        }
    }

    private void place(Entrant one) {
        RoomId room = one.reserve();
        if (room == null) letIn(one, null);
        else reserve(one, room);
    }

    private void reserve(Entrant one, RoomId room) {
        home.whenDone(reception.places.apply(room), (held, failure) -> {
            boolean busy = failure instanceof RejectedExecutionException;
            if (failure != null && !busy) Faults.contain(failure, reception.meter, "reserve");
            if (isGone()) {
                if (held != null) held.release();
            } else if (busy) {
                refuse(Problem.BUSY);
            } else if (failure != null) {
                refuse(Problem.INTERNAL);
            } else if (held == null) {
                refuse(Problem.ROOM_FULL);
            } else {
                letIn(one, held);
            }
        });
    }

    private void letIn(Entrant one, @Nullable Reservation held) {
        entrant = one;
        place = held;
        client.letIn(one);
    }

    /** Makes the session of who was let in, behind its link, on the link's loop. */
    LinkListener open(Link link) {
        Entrant one = entrant;
        if (one == null) throw new IllegalStateException("nobody was let in");
        boolean opened = false;
        try {
            LinkListener session =
                    reception.sessions.open(home.loop, link, served.dialect(), one, request.http(), place);
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

    private void refuse(Problem problem) {
        if (isGone()) return;
        HttpResponse response;
        try {
            response = served.dialect().refusal(problem);
        } catch (Throwable e) {
            Faults.contain(e, reception.meter, "refusal");
            response = HttpAnswer.bare(problem.status());
        }
        boolean later = problem == Problem.BUSY || problem == Problem.UNAVAILABLE;
        refuse(later ? retryLater(response) : response);
    }

    static HttpResponse retryLater(HttpResponse response) {
        return response.headers().containsKey("retry-after") ? response : response.with("retry-after", RETRY_SECONDS);
    }

    private void refuse(HttpResponse response) {
        count(reception, served.dialect().name(), response);
        client.refused(response);
    }

    static void count(Reception reception, String dialect, HttpResponse refusal) {
        reception.meter.add(Metric.HANDSHAKES_REFUSED, 1, dialect, Integer.toString(refusal.status()));
    }
}
