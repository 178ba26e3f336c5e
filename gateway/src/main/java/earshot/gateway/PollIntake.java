package earshot.gateway;

import earshot.gateway.engineio.EngineError;
import earshot.gateway.engineio.PayloadReader;
import org.jspecify.annotations.Nullable;

/**
 * What the POSTs of one polling client bring, taken a part at a time: as far as the session is read, and while its client takes what it is told. A POST is
 * answered when all of it is taken, and so who says much must poll as well. Confined to the session's loop.
 */
final class PollIntake {
    /** Packets of one POST, and bytes of them, before others get their turn, and what was said to them takes its place in the queue. */
    private static final int PACKETS_IN_A_ROW = 64;

    private static final int BYTES_IN_A_ROW = 16 << 10;

    private final GatewayLoop home;
    private final EngineSession session;
    private final PollQueue queue;
    private @Nullable EngineExchange post;
    private @Nullable PayloadReader unread;
    private boolean reading = true;
    private boolean takesSoon;

    /** @param queue what waits for the same client */
    PollIntake(GatewayLoop home, EngineSession session, PollQueue queue) {
        this.home = home;
        this.session = session;
        this.queue = queue;
    }

    static boolean isText(byte[] body) {
        return Utf8.check(Utf8.COMPLETE, body, 0, body.length) == Utf8.COMPLETE;
    }

    /** One is not answered yet. */
    boolean isBusy() {
        return post != null;
    }

    boolean isWith(EngineExchange one) {
        return one == post;
    }

    void begin(EngineExchange brought) {
        post = brought;
        unread = new PayloadReader(brought.body());
        take();
    }

    void read(boolean wanted) {
        reading = wanted;
        if (wanted) goOn();
    }

    boolean isReading() {
        return reading;
    }

    private void take() {
        PayloadReader from = unread;
        if (from == null || queue.isFull()) return;
        int end = from.position() + BYTES_IN_A_ROW;
        for (int i = 0; i < PACKETS_IN_A_ROW && from.position() < end && mayTake(from); i++)
            session.onPacket(from.next());
        if (from != unread || !reading) return;
        if (from.hasNext()) goOn();
        else end(true);
    }

    /** A packet may have ended the session. */
    private boolean mayTake(PayloadReader from) {
        return from == unread && reading && from.hasNext();
    }

    /** Takes the next part in a later turn: what was said to the one before is in the queue then. */
    void goOn() {
        if (unread == null || takesSoon) return;
        takesSoon = true;
        home.loop.atEndOfTurn(() -> home.loop.post(() -> {
            takesSoon = false;
            take();
        }));
    }

    /** What a POST has brought is before everything that comes another way. */
    void takeAll() {
        PayloadReader from = unread;
        while (from != null && from == unread && from.hasNext()) session.onPacket(from.next());
    }

    /** Answers the POST; nothing more of it is taken. */
    void end(boolean good) {
        EngineExchange brought = post;
        post = null;
        unread = null;
        if (brought == null) return;
        if (good) brought.taken();
        else brought.refuse(EngineError.BAD_REQUEST);
    }
}
