package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** What was heard over one connection, in order; and what it must be of the room's history. */
final class Segment {
    final String who;
    final int incarnation;
    final List<String> heard = new ArrayList<>();

    Segment(String who, int incarnation) {
        this.who = who;
        this.incarnation = incarnation;
    }

    /**
     * A stretch of the history without a hole. Where a server may forget the end of its log, what it forgot was the end of what was heard, and
     * nothing that it kept was said after it in that epoch.
     *
     * @param epochOf the epoch of each entry of the history
     */
    void check(List<String> history, List<Long> epochOf, boolean mayForget) {
        List<String> known = new ArrayList<>(heard);
        known.retainAll(new HashSet<>(history));
        assertThat(heard.subList(0, known.size()))
                .as("%s: only the end is forgotten", this)
                .isEqualTo(known);
        if (!mayForget) assertThat(known).as("%s: nothing is forgotten", this).isEqualTo(heard);
        if (known.isEmpty()) return;
        int from = history.indexOf(known.getFirst());
        int to = from + known.size();
        assertThat(known)
                .as("%s: a stretch of the history", this)
                .isEqualTo(history.subList(from, Math.min(to, history.size())));
        if (known.size() < heard.size() && to < history.size())
            assertThat(epochOf.get(to))
                    .as("%s: something was forgotten before %s, which was kept", this, history.get(to))
                    .isGreaterThan(epochOf.get(to - 1));
    }

    @Override
    public String toString() {
        return who + " of incarnation " + incarnation;
    }
}
