package earshot.dialect.waddle;

import earshot.core.limit.TokenBucket;
import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One socket in one channel. {@code initial_state} is the first frame it hears: what is to be said to it alone before that waits, and the
 * channel tells it nothing before it is a member.
 *
 * <p>What it remembers is bounded: {@value #MAX_EARLY} early answers, one running replay and one {@code sync} that waits for it (the newest).
 */
final class WaddleConversation implements Conversation {
    private static final int JOIN = 1;
    private static final int SAY = 2;
    private static final int QUIET = 3;

    private static final int MAX_EARLY = 16;
    private static final int MAX_EARLY_BYTES = 4096;
    private static final byte FROZEN_FORM = 1;
    private static final double NOT_USED = -1;

    private final WaddleDialect.Parts parts;
    private final Session session;
    private final RoomId room;
    private final int variant;
    private final long tokenExpiresMillis;
    private final List<Frame> early = new ArrayList<>(0);
    /** The last entry of the snapshot that this socket got; null until then. */
    private @Nullable Position joined;

    /** The newest message of that snapshot: who already has it has missed nothing, and nobody needs to be asked (trap W-14). */
    private @Nullable String newestId;

    /** Null until something is said, and where there is no limit. */
    private @Nullable TokenBucket allowance;

    private @Nullable Replay replay;
    private @Nullable String waitingSync;

    WaddleConversation(WaddleDialect.Parts parts, Session session, RoomId room, int variant, long tokenExpiresMillis) {
        this.parts = parts;
        this.session = session;
        this.room = room;
        this.variant = variant;
        this.tokenExpiresMillis = tokenExpiresMillis;
    }

    @Override
    public void opened(Inbox inbox) {
        inbox.ask(
                new Command.Join(
                        room,
                        new JoinOptions(variant, false, false, parts.config().history(), null)),
                Tag.of(JOIN));
    }

    // ---- from the client

    @Override
    public void decode(Frame frame, Inbox inbox) {
        inbox.active();
        if (hasExpired()) {
            inbox.close(CloseReason.REVOKED);
            return;
        }
        switch (FrameReader.read(frame, parts.config().maxContentChars())) {
            case ClientFrame.Say say -> onSay(say, inbox);
            case ClientFrame.TooLong tooLong -> onTooLong(tooLong, inbox);
            case ClientFrame.Typing typing -> inbox.ask(new Command.Type(room, typing.on(), null), Tag.of(QUIET));
            case ClientFrame.Presence presence -> onPresence(presence, inbox);
            case ClientFrame.Sync sync -> onSync(sync.afterMessageId(), inbox);
            case ClientFrame.Unknown _ -> notUnderstood(Refusals.UNKNOWN_TYPE, inbox);
            case ClientFrame.Malformed _ -> notUnderstood(Refusals.INVALID_FORMAT, inbox);
        }
    }

    private void onSay(ClientFrame.Say say, Inbox inbox) {
        if (!session.permissions().contains(ChannelPolicy.WRITE)) {
            error(Refusals.NO_WRITE, say.clientId(), inbox);
            return;
        }
        if (!mayTakeOneMore()) {
            inbox.rejected(Inbox.Rejected.RATE_LIMITED);
            error(Refusals.text(Problem.RATE_LIMITED), say.clientId(), inbox);
            return;
        }
        Change post = new Change.Post(parts.messageIds().get(), say.text(), null, say.threadId(), say.body());
        String clientId = say.clientId();
        inbox.ask(new Command.Publish(room, post, clientId), new Tag(SAY, clientId == null ? "" : clientId));
    }

    private boolean mayTakeOneMore() {
        int perSecond = parts.config().messagesPerSecond();
        if (perSecond == 0) return true;
        long now = parts.clock().nanos();
        if (allowance == null) allowance = new TokenBucket(perSecond, perSecond, now);
        return allowance.tryTake(now);
    }

    private void onTooLong(ClientFrame.TooLong tooLong, Inbox inbox) {
        boolean mayWrite = session.permissions().contains(ChannelPolicy.WRITE);
        error(
                mayWrite ? Refusals.tooLong(parts.config().maxContentChars()) : Refusals.NO_WRITE,
                tooLong.clientId(),
                inbox);
    }

    /** The seed's switch names the type and has nothing behind it: what makes no sense is passed over without a word. */
    private void onPresence(ClientFrame.Presence presence, Inbox inbox) {
        String status = presence.status();
        if (status != null) inbox.ask(new Command.SetStatus(room, status), Tag.of(QUIET));
    }

    private void notUnderstood(String text, Inbox inbox) {
        inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
        error(text, null, inbox);
    }

    // ---- sync

    private void onSync(@Nullable String afterMessageId, Inbox inbox) {
        if (afterMessageId == null) answer(ServerFrames.syncComplete(null, null, 0, false), inbox);
        else if (joined == null || replay != null) waitingSync = afterMessageId;
        else beginReplay(afterMessageId, joined, inbox);
    }

    private void beginReplay(String afterMessageId, Position end, Inbox inbox) {
        if (afterMessageId.equals(newestId)) {
            inbox.answer(ServerFrames.syncComplete(afterMessageId, null, 0, true));
            return;
        }
        replay = new Replay(room, afterMessageId, end, parts.config().replayLimit());
        replay.begin(inbox);
    }

    private void goOn(Tag tag, Reply reply, Inbox inbox) {
        if (replay == null || replay.goOn(tag, reply, inbox)) return;
        replay = null;
        beginWaitingReplay(inbox);
    }

    private void beginWaitingReplay(Inbox inbox) {
        if (joined == null || waitingSync == null) return;
        String after = waitingSync;
        waitingSync = null;
        beginReplay(after, joined, inbox);
    }

    // ---- from the room

    @Override
    public void onReply(Tag tag, Reply reply, Inbox inbox) {
        switch (tag.kind()) {
            case JOIN -> onJoinAnswered(reply, inbox);
            case SAY -> onSayAnswered(tag.text(), reply, inbox);
            case Replay.BEFORE, Replay.FIRST, Replay.SLICE -> goOn(tag, reply, inbox);
            default -> {} // typing and status: nobody waits for an answer
        }
    }

    private void onJoinAnswered(Reply reply, Inbox inbox) {
        switch (reply) {
            case Reply.Joined j -> onJoined(j, inbox);
            case Reply.Refused r -> onJoinRefused(r.problem(), inbox);
            case Reply.Done _, Reply.Accepted _, Reply.History _, Reply.Here _ ->
                onJoinRefused(Problem.INTERNAL, inbox);
        }
    }

    private void onJoined(Reply.Joined j, Inbox inbox) {
        joined = j.snapshot().position();
        inbox.answer(
                ServerFrames.initialState(j.snapshot().history(), j.snapshot().presence()));
        early.forEach(inbox::answer);
        early.clear();
        List<Message> newest = j.snapshot().history().messages();
        newestId = newest.isEmpty() ? null : newest.getLast().id();
        if (waitingSync != null && Replay.fromSnapshot(newest, waitingSync, inbox)) waitingSync = null;
        beginWaitingReplay(inbox);
    }

    /** Who is not wanted is told so and stays away after a polite close; who may try again is cut off, and does. */
    private void onJoinRefused(Problem problem, Inbox inbox) {
        switch (problem) {
            case FORBIDDEN -> {
                inbox.answer(ServerFrames.error("No read permission", null));
                inbox.close(CloseReason.KICKED);
            }
            case INVALID, UNAUTHENTICATED, NOT_FOUND, NOT_MEMBER, CONFLICT, TOO_LARGE, TOO_MANY_ROOMS -> {
                inbox.answer(ServerFrames.error(Refusals.text(problem), null));
                inbox.close(CloseReason.KICKED);
            }
            case ROOM_FULL, RATE_LIMITED, BUSY -> inbox.close(CloseReason.DRAINING);
            case UNAVAILABLE, INTERNAL -> inbox.close(CloseReason.FAULT);
        }
    }

    /** The echo that everybody hears is the answer; only who gave the message a name is told in addition. */
    private void onSayAnswered(String clientId, Reply reply, Inbox inbox) {
        switch (reply) {
            case Reply.Accepted a -> {
                if (!clientId.isEmpty())
                    answer(ServerFrames.ack(clientId, a.messageId(), a.timestampMillis(), a.repeated()), inbox);
            }
            case Reply.Refused r -> error(Refusals.text(r.problem()), clientId.isEmpty() ? null : clientId, inbox);
            case Reply.Done _, Reply.Joined _, Reply.History _, Reply.Here _ -> {}
        }
    }

    // ---- to the client

    private void error(String text, @Nullable String clientId, Inbox inbox) {
        answer(ServerFrames.error(text, clientId), inbox);
    }

    /** Behind {@code initial_state}; of what comes too early, more than a few is dropped. */
    private void answer(Frame frame, Inbox inbox) {
        if (joined != null) inbox.answer(frame);
        else if (early.size() < MAX_EARLY && frame.bytes().length <= MAX_EARLY_BYTES) early.add(frame);
    }

    /** Never an {@code error}: who has no listener for that would break, as event emitters of Node do. */
    @Override
    public void onAway(boolean away, Inbox inbox) {
        answer(ServerFrames.service(!away), inbox);
    }

    @Override
    public int variant() {
        return variant;
    }

    /** Also of a client that says nothing. */
    @Override
    public void onTick(Inbox inbox) {
        if (hasExpired()) inbox.close(CloseReason.REVOKED);
    }

    /** Trap W-10: the seed lets an expired token live on, and so do we unless told otherwise. */
    private boolean hasExpired() {
        return parts.config().closeAtExpiry() && parts.clock().millis() >= tokenExpiresMillis;
    }

    @Override
    public void fault(Inbox inbox) {
        inbox.close(CloseReason.FAULT);
    }

    // ---- freeze and thaw

    @Override
    public void freeze(DataOutput out) throws IOException {
        out.writeByte(FROZEN_FORM);
        out.writeUTF(room.realm());
        out.writeUTF(room.tenant());
        out.writeUTF(room.name());
        out.writeByte(variant);
        out.writeLong(tokenExpiresMillis);
        out.writeDouble(
                allowance == null ? NOT_USED : allowance.tokens(parts.clock().nanos()));
        out.writeBoolean(joined != null);
        Positions.write(joined == null ? Position.START : joined, out);
        out.writeUTF(newestId == null ? "" : newestId);
        out.writeByte(early.size());
        for (Frame frame : early) {
            out.writeShort(frame.bytes().length);
            out.write(frame.bytes());
        }
        out.writeUTF(waitingSync == null ? "" : waitingSync);
        out.writeBoolean(replay != null);
        if (replay != null) replay.freeze(out);
    }

    static WaddleConversation thaw(WaddleDialect.Parts parts, Session session, DataInput in) throws IOException {
        if (in.readByte() != FROZEN_FORM) throw new IOException("not a frozen waddle conversation");
        try {
            RoomId room = new RoomId(in.readUTF(), in.readUTF(), in.readUTF());
            int variant = in.readByte() == WaddleDialect.WITH_JOINS ? WaddleDialect.WITH_JOINS : WaddleDialect.AS_SEED;
            WaddleConversation thawed = new WaddleConversation(parts, session, room, variant, in.readLong());
            thawed.read(in);
            return thawed;
        } catch (IllegalArgumentException e) {
            throw new IOException("not a frozen waddle conversation", e);
        }
    }

    private void restoreAllowance(double tokens) {
        int perSecond = parts.config().messagesPerSecond();
        if (perSecond == 0) return;
        long now = parts.clock().nanos();
        allowance = new TokenBucket(perSecond, perSecond, now);
        allowance.restore(tokens, now);
    }

    private void read(DataInput in) throws IOException {
        double tokens = in.readDouble();
        if (tokens >= 0) restoreAllowance(tokens);
        boolean isJoined = in.readBoolean();
        Position end = Positions.read(in);
        joined = isJoined ? end : null;
        String newest = in.readUTF();
        newestId = newest.isEmpty() ? null : newest;
        for (int count = Math.min(in.readUnsignedByte(), MAX_EARLY); count > 0; count--) {
            byte[] bytes = new byte[Math.min(in.readUnsignedShort(), MAX_EARLY_BYTES)];
            in.readFully(bytes);
            early.add(Frame.text(bytes));
        }
        String waiting = in.readUTF();
        waitingSync = waiting.isEmpty() ? null : waiting;
        if (in.readBoolean()) replay = Replay.thaw(room, end, parts.config().replayLimit(), in);
    }
}
