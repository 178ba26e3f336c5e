package earshot.gateway;

import earshot.core.message.Command;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What one session asks, from its first read of history on: a read takes its turn ({@link HistoryReads}), and what is asked after it waits behind it, so
 * that answers come in the order of asking. Bounded by the session's commands in flight. Confined to the session's loop.
 */
final class SessionReads {
    private record Asked(Command command, Tag tag) {}

    private final HistoryReads turns;
    private final Dialogue dialogue;
    /** A read that has not begun. */
    private boolean waits;

    private @Nullable ArrayDeque<Asked> behind;
    /** Reads that have begun and are not answered. */
    private int underWay;

    SessionReads(HistoryReads turns, Dialogue dialogue) {
        this.turns = turns;
        this.dialogue = dialogue;
    }

    void ask(Command command, Tag tag) {
        if (!waits) {
            begin(command, tag);
            return;
        }
        if (behind == null) behind = new ArrayDeque<>(2);
        behind.add(new Asked(command, tag));
    }

    private void begin(Command command, Tag tag) {
        if (!(command instanceof Command.ReadHistory)) {
            dialogue.submit(command, tag);
            return;
        }
        waits = true;
        turns.ask(() -> hasBegun(command, tag));
    }

    private boolean hasBegun(Command command, Tag tag) {
        waits = false;
        if (dialogue.isOver()) return false;
        underWay++;
        dialogue.submit(command, tag);
        while (!waits && behind != null) {
            Asked next = behind.poll();
            if (next == null) behind = null;
            else begin(next.command, next.tag);
        }
        return true;
    }

    /** A room's answer is here; it may have to wait on, counted by the budget, until its client takes it. */
    void onArrived(Reply reply) {
        if (underWay == 0 || !(reply instanceof Reply.History || reply instanceof Reply.Refused)) return;
        underWay--;
        turns.ended(1);
    }

    /** Nobody waits for the rest. */
    void onEnded() {
        int nobodys = underWay;
        underWay = 0;
        behind = null;
        turns.ended(nobodys);
    }
}
