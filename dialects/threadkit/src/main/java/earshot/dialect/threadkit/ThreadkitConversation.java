package earshot.dialect.threadkit;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.room.Realms;
import earshot.core.time.Clock;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One connection: who it is, which pages it looks at, how fast it talks. What rooms know is not kept here. */
final class ThreadkitConversation implements Conversation {
    private static final int FROZEN_FORM = 1;
    private static final int SUBSCRIBE = 1;
    private static final int UNSUBSCRIBE = 2;
    private static final int TYPING = 3;

    /** What all conversations share. */
    record Setting(ThreadkitConfig config, Realms realms, Clock clock) {}

    /** @param ticket tells this subscription from an earlier one of the same page, whose refusal may still be on its way */
    private record Subscription(UUID page, int ticket) {
        Tag tag() {
            return new Tag(SUBSCRIBE, ticket + " " + page);
        }
    }

    /** What a presence frame is kept under, for all who join at the same point. */
    private record PresenceFrame(UUID page) {}

    private final Setting setting;
    private final Standing standing;
    private final @Nullable UUID user;
    private final MessageGate gate;
    private final List<Subscription> pages = new ArrayList<>(1);
    private int lastTicket;

    ThreadkitConversation(Setting setting, Standing standing, @Nullable UUID user) {
        this(setting, standing, user, new MessageGate(setting.config()));
    }

    private ThreadkitConversation(Setting setting, Standing standing, @Nullable UUID user, MessageGate gate) {
        this.setting = setting;
        this.standing = standing;
        this.user = user;
        this.gate = gate;
    }

    @Override
    public void opened(Inbox inbox) {
        inbox.answer(ServerFrames.connected(user));
    }

    /** Binary frames are nothing to us: not counted, no activity. */
    @Override
    public void decode(Frame frame, Inbox inbox) {
        if (frame.kind() == Frame.Kind.BINARY) {
            inbox.rejected(Inbox.Rejected.IGNORED);
            return;
        }
        switch (gate.take(setting.clock().nanos())) {
            case TAKE -> take(frame, inbox);
            case REFUSE -> {
                inbox.rejected(Inbox.Rejected.RATE_LIMITED);
                inbox.answer(ServerFrames.error(ErrorCode.RATE_LIMIT));
            }
            case DROP -> inbox.rejected(Inbox.Rejected.RATE_LIMITED);
            case CUT -> {
                inbox.rejected(Inbox.Rejected.RATE_LIMITED);
                inbox.close(CloseReason.ABUSE);
            }
        }
    }

    private void take(Frame frame, Inbox inbox) {
        inbox.active();
        switch (ClientDecoder.decode(frame.bytes())) {
            case ClientMessage.Subscribe s -> subscribe(s.page(), inbox);
            case ClientMessage.Unsubscribe u -> unsubscribe(u.page(), inbox);
            case ClientMessage.Typing t -> typing(t, inbox);
            case ClientMessage.Ping _ -> inbox.answer(ServerFrames.pong());
            case ClientMessage.Wrong w -> {
                inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
                inbox.answer(ServerFrames.error(w.code()));
            }
        }
    }

    /** Doing it twice is not an error, not even at the limit. */
    private void subscribe(UUID page, Inbox inbox) {
        if (isOn(page)) return;
        if (pages.size() >= setting.config().maxPages()) {
            inbox.rejected(Inbox.Rejected.TOO_MANY_ROOMS);
            inbox.answer(ServerFrames.error(ErrorCode.SUBSCRIPTION_LIMIT));
            return;
        }
        var subscription = new Subscription(page, ++lastTicket);
        pages.add(subscription);
        var options = new JoinOptions(variant(), false, standing != Standing.VISIBLE, 0, null);
        inbox.ask(new Command.Join(room(page), options), subscription.tag());
    }

    private void unsubscribe(UUID page, Inbox inbox) {
        if (pages.removeIf(s -> s.page().equals(page))) inbox.ask(new Command.Leave(room(page)), Tag.of(UNSUBSCRIBE));
    }

    private void typing(ClientMessage.Typing typing, Inbox inbox) {
        if (standing != Standing.VISIBLE || !isOn(typing.page())) return;
        String replyTo = typing.replyTo() == null ? null : typing.replyTo().toString();
        inbox.ask(new Command.Type(room(typing.page()), true, replyTo), Tag.of(TYPING));
    }

    private boolean isOn(UUID page) {
        return pages.stream().anyMatch(s -> s.page().equals(page));
    }

    /** Page ids belong to no site that we could know of: any key may look at any page, and all who do are together. */
    private RoomId room(UUID page) {
        return setting.realms().resolve(ThreadkitDialect.NAME, "", page.toString());
    }

    /** A subscription is answered even when it was given up meanwhile: the client hears what happened in the order in which it did. */
    @Override
    public void onReply(Tag tag, Reply reply, Inbox inbox) {
        if (tag.kind() != SUBSCRIBE) return;
        switch (reply) {
            case Reply.Joined j -> inbox.answer(presence(page(tag), j));
            case Reply.Refused r -> {
                pages.removeIf(s -> s.tag().equals(tag));
                inbox.answer(ServerFrames.error(ErrorCode.of(r.problem())));
            }
            case Reply.Done _, Reply.Accepted _, Reply.History _, Reply.Here _ -> {}
        }
    }

    private static UUID page(Tag tag) {
        return UUID.fromString(tag.text().substring(tag.text().indexOf(' ') + 1));
    }

    private static Frame presence(UUID page, Reply.Joined joined) {
        var list = joined.snapshot().presence();
        return list.rendered().get(new PresenceFrame(page), Frame.class, () -> ServerFrames.presence(page, list));
    }

    @Override
    public int variant() {
        return 0;
    }

    @Override
    public void onAway(boolean away, Inbox inbox) {
        inbox.answer(ServerFrames.service(!away));
    }

    /** One connection of this dialect is one reader; it stays, and its next message may well go through. */
    @Override
    public void fault(Inbox inbox) {
        inbox.answer(ServerFrames.error(ErrorCode.INTERNAL));
    }

    @Override
    public void freeze(DataOutput out) throws IOException {
        out.writeByte(FROZEN_FORM);
        out.writeByte(standing.frozen());
        out.writeBoolean(user != null);
        if (user != null) write(out, user);
        gate.freeze(out, setting.clock().nanos());
        out.writeInt(lastTicket);
        out.writeShort(pages.size());
        for (Subscription s : pages) {
            write(out, s.page());
            out.writeInt(s.ticket());
        }
    }

    static ThreadkitConversation thaw(Setting setting, DataInput in) throws IOException {
        int form = in.readUnsignedByte();
        if (form != FROZEN_FORM) throw new IOException("form: " + form + " (expected: " + FROZEN_FORM + ")");
        Standing standing = Standing.thaw(in.readUnsignedByte());
        UUID user = in.readBoolean() ? readId(in) : null;
        if ((user == null) != (standing == Standing.ANONYMOUS)) throw new IOException("user: does not fit " + standing);
        MessageGate gate =
                MessageGate.thaw(setting.config(), in, setting.clock().nanos());
        var conversation = new ThreadkitConversation(setting, standing, user, gate);
        conversation.lastTicket = in.readInt();
        int count = in.readUnsignedShort();
        if (count > 1000) throw new IOException("pages: " + count + " (expected: 0..1000)");
        for (int i = 0; i < count; i++) conversation.pages.add(new Subscription(readId(in), in.readInt()));
        return conversation;
    }

    private static void write(DataOutput out, UUID id) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }

    private static UUID readId(DataInput in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }
}
