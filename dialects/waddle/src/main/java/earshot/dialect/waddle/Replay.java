package earshot.dialect.waddle;

import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one {@code sync}: what was said after a message, as ordinary message frames, then {@code sync_complete}. It ends where this
 * session's live stream began, so nothing comes twice; it is read in slices, so that a long absence does not fill the node's memory.
 *
 * <p>Asking for what comes after an id that the channel does not know would read everything from the beginning, which in a channel of years is a
 * flood of the oldest. So it is asked first whether the id is known: something lies before it, or it is the first message that is kept.
 */
final class Replay {
    /** Tag kinds of {@link WaddleConversation} that are ours. */
    static final int BEFORE = 10;

    static final int FIRST = 11;
    static final int SLICE = 12;

    private static final int SLICE_MESSAGES = 100;

    private final RoomId room;
    private final String afterMessageId;
    private final Position end;
    private final int limit;
    private int replayed;
    private @Nullable Position last;
    private @Nullable String lastMessageId;

    /** @param end the last position that the session's snapshot has; what is behind it came or comes live */
    Replay(RoomId room, String afterMessageId, Position end, int limit) {
        this.room = room;
        this.afterMessageId = afterMessageId;
        this.end = end;
        this.limit = limit;
    }

    /** The whole answer without a read, when the snapshot reaches back to the message; false when it does not. */
    static boolean fromSnapshot(List<Message> newest, String afterMessageId, Inbox inbox) {
        int known = -1;
        for (int i = 0; i < newest.size() && known < 0; i++)
            if (newest.get(i).id().equals(afterMessageId)) known = i;
        if (known < 0) return false;
        List<Message> missed = newest.subList(known + 1, newest.size());
        for (Message m : missed) inbox.answer(ServerFrames.message(m));
        String last = missed.isEmpty() ? null : missed.getLast().id();
        inbox.answer(ServerFrames.syncComplete(afterMessageId, last, missed.size(), true));
        return true;
    }

    void begin(Inbox inbox) {
        ask(new Command.From.BeforeMessage(afterMessageId), 1, BEFORE, inbox);
    }

    /** False when it has ended. */
    boolean goOn(Tag tag, Reply reply, Inbox inbox) {
        if (!(reply instanceof Reply.History history)) return ended(false, inbox);
        return switch (tag.kind()) {
            case BEFORE -> onBefore(history.messages(), inbox);
            case FIRST -> onFirst(history.messages(), inbox);
            default -> onSlice(history, inbox);
        };
    }

    private boolean onBefore(List<Message> before, Inbox inbox) {
        if (before.isEmpty()) return ask(new Command.From.After(Position.START), 1, FIRST, inbox);
        return askSlice(inbox);
    }

    private boolean onFirst(List<Message> first, Inbox inbox) {
        boolean known = !first.isEmpty() && first.get(0).id().equals(afterMessageId);
        return known ? askSlice(inbox) : ended(false, inbox);
    }

    private boolean onSlice(Reply.History slice, Inbox inbox) {
        for (Message m : slice.messages()) {
            if (m.position().isAfter(end)) return ended(true, inbox);
            if (replayed == limit) return ended(false, inbox);
            inbox.answer(ServerFrames.message(m));
            replayed++;
            last = m.position();
            lastMessageId = m.id();
        }
        if (slice.complete() || slice.messages().isEmpty()) return ended(true, inbox);
        return askSlice(inbox);
    }

    /** One more than may be told at the end, to know whether there is more. */
    private boolean askSlice(Inbox inbox) {
        Position from = last;
        Command.From begin =
                from == null ? new Command.From.AfterMessage(afterMessageId) : new Command.From.After(from);
        return ask(
                begin, Math.min(Math.min(SLICE_MESSAGES, limit - replayed + 1), JoinOptions.MAX_HISTORY), SLICE, inbox);
    }

    private boolean ask(Command.From from, int count, int kind, Inbox inbox) {
        inbox.ask(new Command.ReadHistory(room, from, count), Tag.of(kind));
        return true;
    }

    private boolean ended(boolean complete, Inbox inbox) {
        inbox.answer(ServerFrames.syncComplete(afterMessageId, lastMessageId, replayed, complete));
        return false;
    }

    void freeze(DataOutput out) throws IOException {
        out.writeUTF(afterMessageId);
        out.writeInt(replayed);
        out.writeUTF(lastMessageId == null ? "" : lastMessageId);
        Positions.write(last == null ? Position.START : last, out);
    }

    static Replay thaw(RoomId room, Position end, int limit, DataInput in) throws IOException {
        Replay replay = new Replay(room, in.readUTF(), end, limit);
        replay.replayed = in.readInt();
        String lastId = in.readUTF();
        replay.lastMessageId = lastId.isEmpty() ? null : lastId;
        Position told = Positions.read(in);
        replay.last = told.equals(Position.START) ? null : told;
        return replay;
    }
}
