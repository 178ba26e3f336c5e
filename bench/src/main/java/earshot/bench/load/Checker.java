package earshot.bench.load;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Holds a server to its promise: every member hears every message of every publisher of its room once, in order, from the moment it was in the
 * room. Sequences begin at 1. Owned by one thread; allocates only when something is wrong.
 */
final class Checker {
    /** The first that is heard is the beginning. */
    private static final int UNKNOWN = -1;

    /** Missing messages that are remembered, to tell a late one from a second one; beyond it a late one counts as doubled. */
    private static final int MOST_REMEMBERED = 1 << 20;

    private final int publishers;
    private final int[] newest;
    private final Set<Long> missing = new HashSet<>();
    private long forgotten;
    private long heard;
    private long doubled;
    private long reordered;
    private long tail;

    Checker(int members, int publishers) {
        this.publishers = publishers;
        this.newest = new int[Math.multiplyExact(members, publishers)];
    }

    /** A message was heard live. */
    void heard(int member, int publisher, int sequence) {
        if (publisher >= publishers) return;
        int pair = member * publishers + publisher;
        int last = newest[pair];
        if (sequence == last + 1 || last == UNKNOWN) {
            newest[pair] = sequence;
            heard++;
        } else {
            surprise(pair, last, sequence);
        }
    }

    private void surprise(int pair, int last, int sequence) {
        if (sequence > last) {
            miss(pair, last + 1, sequence);
            newest[pair] = sequence;
            heard++;
        } else if (missing.remove(key(pair, sequence))) {
            reordered++;
            heard++;
        } else {
            doubled++;
        }
    }

    private void miss(int pair, int from, int end) {
        int sequence = from;
        for (; sequence < end && missing.size() < MOST_REMEMBERED; sequence++) missing.add(key(pair, sequence));
        forgotten += end - sequence;
    }

    private static long key(int pair, int sequence) {
        return ((long) pair << 32) | sequence;
    }

    /** The member left; what it will hear after its return begins anew, where {@link #shown} says, or with the first it hears. */
    void left(int member) {
        Arrays.fill(newest, member * publishers, (member + 1) * publishers, UNKNOWN);
    }

    /** A snapshot, as a member hears it on joining, has this message: what comes live is newer. */
    void shown(int member, int publisher, int sequence) {
        if (publisher >= publishers) return;
        int pair = member * publishers + publisher;
        newest[pair] = Math.max(newest[pair], sequence);
    }

    /** How much the member has still to hear of a publisher who said so many. */
    int behind(int member, int publisher, int said) {
        int last = newest[member * publishers + publisher];
        return last == UNKNOWN ? 0 : Math.max(0, said - last);
    }

    /** What {@link #behind} said at the end is lost. */
    void endedBehind(int messages) {
        tail += messages;
    }

    long lost() {
        return missing.size() + forgotten + tail;
    }

    LoadResult.Checks result(long pairs) {
        return new LoadResult.Checks(heard + lost(), lost(), doubled, reordered, pairs);
    }
}
