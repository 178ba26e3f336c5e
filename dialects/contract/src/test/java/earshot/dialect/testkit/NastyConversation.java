package earshot.dialect.testkit;

import earshot.core.message.Audience;
import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEvent;
import earshot.core.session.Session;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Frames are words separated by NUL, text or binary: {@code LINK WORD ARGUMENT…}. LINK is {@code 0} or {@code 1}: the session is reached by
 * two links whose frames arrive in any order between them, and the conversation counts each.
 *
 * <pre>
 * join ROOM            leave ROOM           say ROOM TEXT [KEY]     edit ROOM ID TEXT     drop ROOM ID     pin ROOM ID
 * tell ROOM TEXT       (relayed to all but this user)               set ROOM KEY VALUE    (relayed, latest lane)
 * type ROOM 1|0        status ROOM WORD     history ROOM N          who ROOM              vote ROOM ID N
 * block USER           (events of that user are not heard)          burst ROOM N          (N typing commands at once)
 * ping TEXT            (answered twice)     quit                    fail                  (throws: a bug on demand)
 * </pre>
 */
final class NastyConversation implements Conversation {
    private static final int MAX_BLOCKED = 16;
    private static final int MAX_BURST = 32;
    private static final int MAGIC = 0x4e415354;

    private final Session session;
    private final int variant;
    private final long[] heardByLink = new long[2];
    private final Set<String> blocked = new LinkedHashSet<>();
    private long said;

    NastyConversation(Session session, int variant) {
        this.session = session;
        this.variant = variant;
    }

    @Override
    public void opened(Inbox inbox) {
        answer(inbox, "welcome", session.id().toString());
    }

    @Override
    public void decode(Frame frame, Inbox inbox) {
        String[] words = frame.asText().split("\u0000", -1);
        if (words.length < 2 || !(words[0].equals("0") || words[0].equals("1"))) {
            notUnderstood(inbox);
            return;
        }
        heardByLink[words[0].charAt(0) - '0']++;
        inbox.active();
        String[] arguments = Arrays.copyOfRange(words, 2, words.length);
        if (!alone(words[1], arguments, inbox)) inRoom(words[1], arguments, inbox);
    }

    private boolean alone(String word, String[] arguments, Inbox inbox) {
        switch (word) {
            case "ping" -> {
                answer(inbox, "pong", arguments.length > 0 ? arguments[0] : "");
                answer(inbox, "links", heardByLink[0] + "/" + heardByLink[1]);
            }
            case "block" -> block(arguments);
            case "quit" -> inbox.close(CloseReason.CLIENT_LEFT);
            case "fail" -> throw new IllegalStateException("asked to fail");
            default -> {
                return false;
            }
        }
        return true;
    }

    private void block(String[] arguments) {
        if (arguments.length > 0 && arguments[0].length() <= 100 && blocked.size() < MAX_BLOCKED)
            blocked.add(arguments[0]);
    }

    private void inRoom(String word, String[] a, Inbox inbox) {
        if (a.length == 0 || a[0].isEmpty() || a[0].length() > RoomId.MAX_NAME_CHARS) {
            notUnderstood(inbox);
            return;
        }
        RoomId room = new RoomId(NastyDialect.NAME, session.tenant(), a[0]);
        String second = a.length > 1 ? a[1] : "";
        String third = a.length > 2 ? a[2] : "";
        switch (word) {
            case "join" ->
                ask(
                        inbox,
                        new Command.Join(room, new JoinOptions(variant, true, session.user() == null, 10, null)),
                        word);
            case "leave" -> ask(inbox, new Command.Leave(room), word);
            case "say" -> ask(inbox, new Command.Publish(room, post(second), third.isEmpty() ? null : third), word);
            case "edit" ->
                ask(inbox, new Command.Publish(room, new Change.Edit(second, third, null, null), null), word);
            case "drop" -> ask(inbox, new Command.Publish(room, new Change.Delete(second), null), word);
            case "pin" -> ask(inbox, new Command.Publish(room, new Change.Pin(second, true), null), word);
            case "tell" ->
                ask(inbox, new Command.Relay(room, relayed(room, Lane.SURE, null, second), othersOnly()), word);
            case "set" ->
                ask(inbox, new Command.Relay(room, relayed(room, Lane.LATEST, second, third), Audience.ALL), word);
            case "type" -> ask(inbox, new Command.Type(room, second.equals("1"), null), word);
            case "status" -> ask(inbox, new Command.SetStatus(room, second), word);
            case "history" -> ask(inbox, new Command.ReadHistory(room, new Command.From.Newest(), count(second)), word);
            case "who" -> ask(inbox, new Command.ReadPresence(room), word);
            case "vote" -> ask(inbox, new Command.Vote(room, second, count(third), 0), word);
            case "burst" -> {
                for (int i = 0; i < count(second); i++) ask(inbox, new Command.Type(room, i % 2 == 0, null), word);
            }
            default -> notUnderstood(inbox);
        }
    }

    private Change post(String text) {
        return new Change.Post(session.id() + "." + ++said, text, null, null, null);
    }

    private Audience othersOnly() {
        return session.user() == null
                ? new Audience.AllButSession(session.id())
                : new Audience.AllButUser(session.user().user());
    }

    private static Event.Relayed relayed(RoomId room, Lane lane, String key, String text) {
        return new Event.Relayed(room, NastyDialect.NAME, lane, key, 0, text.getBytes(StandardCharsets.UTF_8));
    }

    private static int count(String text) {
        try {
            return Math.clamp(Integer.parseInt(text), 1, MAX_BURST);
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    private static void ask(Inbox inbox, Command command, String word) {
        inbox.ask(command, new Tag(1, word));
    }

    @Override
    public void onReply(Tag tag, Reply reply, Inbox inbox) {
        switch (reply) {
            case Reply.Done _ -> answer(inbox, "done", tag.text());
            case Reply.Accepted a ->
                answer(inbox, "accepted", a.messageId(), a.position().toString(), a.repeated() ? "again" : "");
            case Reply.Refused r ->
                answer(inbox, "refused", tag.text(), r.problem().code());
            case Reply.Joined j -> {
                answer(
                        inbox,
                        "in",
                        j.room().name(),
                        j.snapshot().position().toString(),
                        ids(j.snapshot().history().messages()));
                for (Event.RoomEvent latest : j.snapshot().latest())
                    answer(inbox, "now", String.valueOf(latest.latestKey()));
            }
            case Reply.History h ->
                answer(inbox, "history", h.room().name(), ids(h.messages()), h.complete() ? "all" : "more");
            case Reply.Here h ->
                answer(
                        inbox,
                        "here",
                        h.room().name(),
                        String.valueOf(h.presence().users().size()));
        }
    }

    private static String ids(java.util.List<earshot.core.message.Message> messages) {
        return String.join(
                ",", messages.stream().map(earshot.core.message.Message::id).toList());
    }

    @Override
    public int variant() {
        return variant;
    }

    /** Nothing by anybody who was blocked. */
    @Override
    public boolean hears(Event event) {
        UserId by = switch (event) {
            case KeptEvent.MessagePosted p -> p.message().author().user();
            case KeptEvent.MessageEdited e -> e.by().user();
            case KeptEvent.MessageDeleted d -> d.by().user();
            case KeptEvent.MessagePinned p -> p.by().user();
            case Event.UserJoined j -> j.user().user();
            case Event.UserLeft l -> l.user().user();
            case Event.Typing t -> t.user().user();
            case Event.StatusChanged s -> s.user().user();
            case Event.PresenceChanged _, Event.VotesChanged _, Event.Notified _, Event.Relayed _, VoiceEvent _ -> null;
        };
        return by == null || !blocked.contains(by.id());
    }

    @Override
    public void fault(Inbox inbox) {
        answer(inbox, "sorry");
        inbox.close(CloseReason.FAULT);
    }

    private void notUnderstood(Inbox inbox) {
        inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
        answer(inbox, "what");
    }

    private void answer(Inbox inbox, String... words) {
        for (Frame frame : NastyDialect.say(variant, words)) inbox.answer(frame);
    }

    @Override
    public void freeze(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeByte(variant);
        out.writeLong(heardByLink[0]);
        out.writeLong(heardByLink[1]);
        out.writeLong(said);
        out.writeByte(blocked.size());
        for (String user : blocked) out.writeUTF(user);
    }

    static NastyConversation thaw(Session session, DataInput in) throws IOException {
        if (in.readInt() != MAGIC) throw new IOException("not a nasty conversation");
        var thawed = new NastyConversation(session, in.readUnsignedByte() % NastyDialect.VARIANTS);
        thawed.heardByLink[0] = in.readLong();
        thawed.heardByLink[1] = in.readLong();
        thawed.said = in.readLong();
        int count = in.readUnsignedByte();
        if (count > MAX_BLOCKED)
            throw new IOException("blocked: " + count + " (expected: at most " + MAX_BLOCKED + ")");
        for (int i = 0; i < count; i++) thawed.blocked.add(in.readUTF());
        return thawed;
    }
}
