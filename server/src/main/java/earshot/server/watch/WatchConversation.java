package earshot.server.watch;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One watcher of one room. */
final class WatchConversation implements Conversation {
    private static final int SHOWN = 20;

    private final RoomId room;
    private final @Nullable Position after;
    private boolean greeted;
    private boolean away;

    WatchConversation(RoomId room, @Nullable Position after) {
        this.room = room;
        this.after = after;
    }

    @Override
    public void opened(Inbox inbox) {
        inbox.ask(new Command.Join(room, new JoinOptions(0, false, true, after == null ? SHOWN : 0, after)), Tag.NONE);
    }

    /** Nothing that a watcher says means anything. */
    @Override
    public void decode(Frame frame, Inbox inbox) {
        inbox.active();
    }

    @Override
    public void onReply(Tag tag, Reply reply, Inbox inbox) {
        switch (reply) {
            case Reply.Joined joined -> greet(joined, inbox);
            case Reply.Refused refused -> {
                inbox.answer(Frame.text(WatchLines.refused(refused.problem())));
                inbox.close(CloseReason.KICKED);
            }
            case Reply.Done _, Reply.Accepted _, Reply.History _, Reply.Here _ -> {}
        }
    }

    private void greet(Reply.Joined joined, Inbox inbox) {
        inbox.answer(Frame.text(WatchLines.joined(joined)));
        for (Message message : joined.snapshot().history().messages())
            inbox.answer(Frame.text(WatchLines.past(message)));
        for (KeptEvent event : joined.snapshot().missed()) inbox.answer(Frame.text(WatchLines.of(event)));
        greeted = true;
        if (away) inbox.answer(Frame.text(WatchLines.service(false)));
    }

    @Override
    public void onAway(boolean isAway, Inbox inbox) {
        away = isAway;
        if (greeted) inbox.answer(Frame.text(WatchLines.service(!isAway)));
    }

    @Override
    public int variant() {
        return 0;
    }

    @Override
    public void fault(Inbox inbox) {
        inbox.close(CloseReason.FAULT);
    }

    @Override
    public void freeze(DataOutput out) throws IOException {
        out.writeUTF(room.realm());
        out.writeUTF(room.tenant());
        out.writeUTF(room.name());
        Position from = after;
        out.writeBoolean(from != null);
        if (from == null) return;
        out.writeLong(from.epoch());
        out.writeLong(from.offset());
    }
}
