package earshot.dialect.testkit;

import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.IceCandidate;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Message;
import earshot.core.message.MessageWindow;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.RoomSnapshot;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEnd;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceParticipant;
import earshot.core.session.Session;
import earshot.core.time.Deadlines;
import earshot.core.time.Loop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values of every kind that core can hand to a dialect, the awkward ones among them. */
public final class Samples {
    /** Texts that have broken encoders before: nothing, controls, quotes, line separators, half a surrogate pair, long. */
    public static final List<String> TEXTS = List.of(
            "hello",
            "",
            "\u0000\u0001\b\t\n\f\r\u001f\u007f",
            "\"quoted\" \\back\\ </script>",
            "line\u2028sep\u2029",
            "gr\u00fc\u00df \u4f60\u597d \ud83d\ude00",
            "half \ud800 pair \udc00",
            "x".repeat(5000));

    private Samples() {}

    public static Profile user(String realm, int n) {
        @Nullable String avatar = n % 2 == 0 ? null : "https://example.org/a\"" + n + ".png";
        String attributes = n % 3 == 0 ? Profile.NO_ATTRIBUTES : "{\"karma\":" + n + "}";
        return new Profile(
                new UserId(realm, "u" + n), n % 5 == 4 ? "\u00c4nn \"" + n + "\"" : "user" + n, avatar, attributes);
    }

    public static Message message(RoomId room, long offset, Profile author, String text, @Nullable Body body) {
        @Nullable String replyTo = offset % 3 == 0 ? "thread-" + offset : null;
        @Nullable String html = offset % 2 == 0 ? "<p>" + offset + "</p>" : null;
        return new Message(
                id(offset),
                room,
                new Position(1, offset),
                author,
                text,
                html,
                replyTo,
                1_751_447_551_000L + offset,
                body,
                0,
                0,
                false);
    }

    /** A UUID by number. */
    public static String id(long n) {
        return "00000000-0000-4000-8000-%012x".formatted(n);
    }

    /**
     * Every kind of event, each in every shape that may trouble an encoder.
     *
     * @param own bodies as this dialect's own clients write them
     */
    public static List<Event> events(RoomId room, String dialect, List<Body> own) {
        List<Event> events = new ArrayList<>();
        List<Message> messages = messages(room, dialect, own);
        Profile ann = user(dialect, 1);
        Profile bob = user("elsewhere", 4);
        for (Message m : messages) {
            events.add(new KeptEvent.MessagePosted(m));
            events.add(new KeptEvent.MessageEdited(
                    room, m.position(), m.id(), bob, m.text(), m.html(), m.body(), m.timestampMillis()));
        }
        Position last = new Position(2, 99);
        events.add(new KeptEvent.MessagePosted(messages.get(0).blanked()));
        events.add(new KeptEvent.MessageDeleted(room, last, id(1), ann, 1));
        events.add(new KeptEvent.MessagePinned(room, last, id(1), ann, true, 1));
        events.add(new KeptEvent.MessagePinned(room, last, "no uuid \"", bob, false, 1));
        for (Profile user : List.of(ann, bob)) {
            events.add(new Event.UserJoined(room, user, 1_751_447_542_000L));
            events.add(new Event.UserLeft(room, user));
            events.add(new Event.Typing(room, user, true, false, null));
            events.add(new Event.Typing(room, user, true, true, "thread"));
            events.add(new Event.Typing(room, user, false, false, null));
            for (String text : TEXTS) events.add(new Event.StatusChanged(room, user, text));
            for (String text : TEXTS) events.add(new Event.Notified(user.user(), "mention", id(1), user, text));
            events.add(new Event.Notified(user.user(), "odd \" kind", null, null, ""));
        }
        events.add(new Event.VotesChanged(room, id(1), 3, 0));
        events.add(new Event.VotesChanged(room, "", Long.MAX_VALUE, Long.MIN_VALUE));
        for (int kind = 0; kind < 4; kind++) {
            events.add(new Event.Relayed(room, dialect, Lane.SURE, null, kind, new byte[] {0, 1, -1}));
            events.add(new Event.Relayed(room, dialect, Lane.LATEST, "key", kind, new byte[0]));
            events.add(
                    new Event.Relayed(room, "elsewhere", Lane.SPARE, null, kind, "x".getBytes(StandardCharsets.UTF_8)));
        }
        events.addAll(voice(room, List.of(ann, bob)));
        return events;
    }

    private static List<VoiceEvent> voice(RoomId room, List<Profile> users) {
        List<VoiceEvent> events = new ArrayList<>();
        for (String text : TEXTS) events.add(new VoiceEvent.Offered(room, text));
        events.add(new VoiceEvent.Offered(room, "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n"));
        String candidate = "candidate:1 1 udp 2015363327 192.0.2.1 20355 typ host";
        events.add(new VoiceEvent.CandidateFound(room, new IceCandidate(candidate, "0", 0)));
        events.add(new VoiceEvent.CandidateFound(room, new IceCandidate(candidate, null, 0)));
        events.add(new VoiceEvent.CandidateFound(room, new IceCandidate("", "odd \" mid", 1)));
        events.add(new VoiceEvent.RoomState(room, List.of()));
        events.add(new VoiceEvent.RoomState(
                room, users.stream().map(u -> new VoiceParticipant(u, true)).toList()));
        for (Profile user : users) {
            events.add(new VoiceEvent.Joined(room, user));
            events.add(new VoiceEvent.Left(room, user));
            events.add(new VoiceEvent.MuteChanged(room, user, true));
            events.add(new VoiceEvent.MuteChanged(room, user, false));
        }
        for (VoiceEnd why : VoiceEnd.values()) events.add(new VoiceEvent.Ended(room, why));
        return events;
    }

    /** Messages with every text, with no body, another dialect's, and each of the dialect's own. */
    public static List<Message> messages(RoomId room, String dialect, List<Body> own) {
        List<Message> messages = new ArrayList<>();
        for (String text : TEXTS) {
            long n = messages.size() + 1L;
            messages.add(message(room, n, user(dialect, (int) n), text, null));
            byte[] foreign = {(byte) 0xff, 0, '{'};
            messages.add(message(
                    room,
                    n + 1,
                    user("elsewhere", (int) n),
                    text,
                    new Body("elsewhere", "application/octet-stream", foreign)));
        }
        for (Body body : own) {
            long n = messages.size() + 1L;
            messages.add(message(room, n, user(dialect, (int) n), "hello", body));
        }
        return messages;
    }

    /** An answer that core may give to the command. */
    public static Reply reply(Command command, String dialect, List<Body> own, Random random) {
        if (random.nextInt(6) == 0) {
            Problem[] problems = Problem.values();
            return Reply.Refused.of(problems[random.nextInt(problems.length)]);
        }
        RoomId room = command.room();
        return switch (command) {
            case Command.Join j ->
                new Reply.Joined(room, snapshot(room, dialect, own, j.options().historyLimit(), random), false);
            case Command.Publish p ->
                new Reply.Accepted(
                        room,
                        changed(p.change()),
                        new Position(1, 1 + random.nextInt(1000)),
                        1_751_447_551_234L,
                        random.nextBoolean());
            case Command.ReadHistory r ->
                new Reply.History(room, some(messages(room, dialect, own), r.limit(), random), random.nextBoolean());
            case Command.ReadPresence _ -> new Reply.Here(room, presence(dialect, random));
            case Command.Leave _, Command.Type _, Command.Vote _, Command.SetStatus _, Command.Relay _ ->
                Reply.Done.INSTANCE;
        };
    }

    public static RoomSnapshot snapshot(RoomId room, String dialect, List<Body> own, int limit, Random random) {
        MessageWindow window = new MessageWindow(some(messages(room, dialect, own), limit, random));
        List<Event.RoomEvent> latest = List.of(
                new Event.StatusChanged(room, user(dialect, 1), "away"),
                new Event.VotesChanged(room, id(1), random.nextInt(9), 0));
        return new RoomSnapshot(room, new Position(1, 100), window, List.of(), presence(dialect, random), latest);
    }

    public static PresenceList presence(String dialect, Random random) {
        List<PresenceList.Present> users = new ArrayList<>();
        for (int n = 1; n <= 1 + random.nextInt(4); n++) {
            List<PresenceList.PresentSession> sessions = new ArrayList<>();
            for (int s = 0; s <= random.nextInt(3); s++) {
                sessions.add(new PresenceList.PresentSession(new SessionId(n, s), 1_751_447_542_000L + s));
            }
            users.add(new PresenceList.Present(user(dialect, n), 1_751_447_542_000L, "online", sessions));
        }
        return new PresenceList(random.nextInt(100), users);
    }

    private static String changed(Change change) {
        return change.messageId();
    }

    private static List<Message> some(List<Message> messages, int limit, Random random) {
        int count = Math.min(Math.min(limit, messages.size()), random.nextInt(messages.size() + 1));
        return messages.subList(0, count);
    }

    /** A session whose home is a loop that does nothing: for conversations that are called by hand. */
    public static Session session(String dialect, String tenant, @Nullable Profile user, Set<String> permissions) {
        return new Session(
                new SessionId(7, 1),
                new NoLoop(),
                dialect,
                tenant,
                user,
                permissions,
                1_751_447_540_000L,
                "192.0.2.1",
                "");
    }

    /** Every thread is this loop, and nothing runs on it. */
    private static final class NoLoop implements Loop {
        @Override
        public int index() {
            return 0;
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public void post(Runnable fact) {
            throw new UnsupportedOperationException("a conversation must not use the loop");
        }

        @Override
        public boolean offer(Runnable wish) {
            throw new UnsupportedOperationException("a conversation must not use the loop");
        }

        @Override
        public Deadlines deadlines() {
            throw new UnsupportedOperationException("a conversation must not use the loop");
        }
    }
}
