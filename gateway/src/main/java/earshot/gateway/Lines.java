package earshot.gateway;

import java.util.ArrayList;
import java.util.List;

/**
 * What one loop says in a turn, a line for each loop, and what others have said to it. A line is handed over as one task, so whoever hears hears everything
 * that this loop says in the order of saying. Confined to its loop.
 */
final class Lines {
    private final SessionLoop here;
    private final List<List<Word>> lines = new ArrayList<>();
    /** Rooms with a run that still grows. */
    private final List<RoomFanout> open = new ArrayList<>();

    private boolean said;
    private boolean receiving;

    /** Something that one loop says, received on another (or the same) in the order of saying. */
    @FunctionalInterface
    interface Word {
        void arrive(SessionLoop at);
    }

    Lines(SessionLoop here, int loops) {
        this.here = here;
        for (int i = 0; i < loops; i++) lines.add(new ArrayList<>());
    }

    void add(int target, Word word) {
        lines.get(target).add(word);
        said = true;
    }

    void opened(RoomFanout room) {
        open.add(room);
    }

    boolean areEmpty() {
        return !said;
    }

    void handOver() {
        said = false;
        for (RoomFanout room : open) room.seal();
        open.clear();
        for (int target = 0; target < lines.size(); target++) {
            List<Word> words = lines.get(target);
            if (words.isEmpty()) continue;
            lines.set(target, new ArrayList<>());
            SessionLoop to = here.peer(target);
            if (to == here) receive(words);
            else to.loop().post(() -> to.lines().receive(words));
        }
    }

    /** Takes what another loop, or this one, said in one turn. */
    private void receive(List<Word> words) {
        assert here.isCurrent();
        receiving = true;
        for (int i = 0; i < words.size(); i++) {
            try {
                words.get(i).arrive(here);
            } catch (Throwable e) {
                Faults.contain(e, here.meter(), "receive");
            }
        }
        receiving = false;
    }

    boolean isReceiving() {
        return receiving;
    }
}
