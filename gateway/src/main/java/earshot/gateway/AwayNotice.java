package earshot.gateway;

import java.util.List;

/** Whether what nodes share is away, as one loop's sessions are told it. Confined to its loop. */
final class AwayNotice {
    /** So many sessions are told in one turn: rooms get their turn in between. */
    private static final int TOLD_AT_ONCE = 256;

    private final SessionLoop at;
    private boolean away;

    AwayNotice(SessionLoop at) {
        this.at = at;
    }

    boolean isAway() {
        return away;
    }

    void tell(boolean now) {
        assert at.isCurrent();
        if (away == now) return;
        away = now;
        tell(now, at.sessions().all(), 0);
    }

    private void tell(boolean now, List<ClientSession> all, int from) {
        if (away != now) return;
        int to = Math.min(all.size(), from + TOLD_AT_ONCE);
        for (int i = from; i < to; i++) all.get(i).onAway(now);
        if (to < all.size()) at.soon(() -> tell(now, all, to));
    }
}
