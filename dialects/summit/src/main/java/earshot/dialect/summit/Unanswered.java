package earshot.dialect.summit;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Joins and leaves of a socket that rooms have not answered yet, in the order of their coming, and questions for its rooms that came behind them: such a
 * question is answered when everything before it is. Belongs to its socket.
 *
 * <p>How many joins and leaves there can be is bounded by the commands in flight; of questions at most {@value #MAX_QUESTIONS} wait.
 */
final class Unanswered {
    static final int MAX_QUESTIONS = 64;

    /**
     * @param kind {@link Requests#JOIN}, {@link Requests#LEAVE} or {@link Requests#ROOMS}
     * @param ackId of a question
     * @param name what the client calls the room that it joins or leaves; empty for a question
     */
    private record Entry(int kind, long ackId, String name) {}

    private final Deque<Entry> inOrder = new ArrayDeque<>(0);
    private int questions;

    /** A join or a leave is on its way. */
    void asked(int kind, String name) {
        inOrder.add(new Entry(kind, Packets.NO_ACK, name));
    }

    /** It has its answer: of two alike the first. */
    void answered(int kind, String name) {
        inOrder.removeFirstOccurrence(new Entry(kind, Packets.NO_ACK, name));
    }

    boolean isEmpty() {
        return inOrder.isEmpty();
    }

    /** False: too many wait already. */
    boolean await(long ackId) {
        if (questions == MAX_QUESTIONS) return false;
        questions++;
        return inOrder.add(new Entry(Requests.ROOMS, ackId, ""));
    }

    /** Questions that nothing is before any more, by their ack ids. */
    List<Long> takeDue() {
        if (questions == 0) return List.of();
        List<Long> due = new ArrayList<>(questions);
        for (Entry first = inOrder.peek(); first != null && first.kind() == Requests.ROOMS; first = inOrder.peek()) {
            due.add(first.ackId());
            inOrder.remove();
            questions--;
        }
        return due;
    }

    // ---- freeze and thaw

    void freeze(DataOutput out) throws IOException {
        out.writeShort(inOrder.size());
        for (Entry entry : inOrder) {
            out.writeByte(entry.kind());
            out.writeLong(entry.ackId());
            out.writeUTF(entry.name());
        }
    }

    void thaw(DataInput in) throws IOException {
        for (int count = in.readUnsignedShort(); count > 0; count--) {
            Entry entry = new Entry(in.readUnsignedByte(), in.readLong(), in.readUTF());
            inOrder.add(entry);
            if (entry.kind() == Requests.ROOMS) questions++;
        }
        if (questions > MAX_QUESTIONS) throw new IOException("questions: " + questions);
    }
}
