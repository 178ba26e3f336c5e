package earshot.gateway;

import earshot.core.message.CloseReason;

/**
 * A session whose socket is full: what waits for it, and how it is served when the socket takes more. Exists only while the session lags.
 * Confined to the session's loop.
 */
final class Lagging {
    /** Writes to one link in a row before others get their turn. */
    private static final int DRAINS = 16;

    final Backlog backlog;
    private final SessionLoop at;
    private final ClientSession client;
    private Link link;
    private boolean serving;
    private boolean over;

    /** Its place in {@link SlowReaders}. */
    int index;

    Lagging(SessionLoop at, ClientSession client, Link link) {
        this.at = at;
        this.client = client;
        this.link = link;
        this.backlog =
                new Backlog(at.limits().privateBytes(), at.budget(), at.clock().nanos());
    }

    ClientSession client() {
        return client;
    }

    /** It is reached by another link, which may take more. */
    void onMoved(Link next) {
        link = next;
        at.soon(client::onWritable);
    }

    /** Writes what the link takes, and goes on in a later turn when that is much. */
    void serve() {
        if (serving) return;
        serving = true;
        try {
            for (int i = 0; i < DRAINS && canBeServed(); i++) drain();
        } catch (Throwable e) {
            Faults.contain(e, at.meter(), "drain");
            client.end(CloseReason.FAULT);
        }
        serving = false;
        if (canBeServed()) at.soon(client::onWritable);
    }

    private boolean canBeServed() {
        return !over && !client.hasEnded() && link.isWritable();
    }

    private void drain() {
        int own = backlog.privateBytes();
        Backlog.Waiting.Outcome outcome = backlog.drain(link, at, at.clock().nanos());
        client.out.hasWrittenOwn(Math.max(0, own - backlog.privateBytes()));
        if (outcome == Backlog.Waiting.Outcome.LOST) {
            client.end(CloseReason.SLOW_READER);
            return;
        }
        if (outcome == Backlog.Waiting.Outcome.DONE) client.out.stopLagging();
        link.flush();
        client.out.account();
    }

    /** Whether it has taken nothing for too long, or needs what is gone. */
    boolean isHopeless(long nowNanos) {
        return backlog.isHopeless(
                link.pendingBytes(), nowNanos, at.limits().slowReader().toNanos());
    }

    /** It has everything, or has gone. */
    void end() {
        over = true;
        backlog.clear();
    }
}
