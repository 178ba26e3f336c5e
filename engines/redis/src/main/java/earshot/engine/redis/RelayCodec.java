package earshot.engine.redis;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Event.RoomEvent;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.relay.Answer;
import earshot.core.relay.Passed;
import earshot.core.relay.Question;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What nodes tell each other, as bytes. Reading throws {@link IllegalArgumentException} for what nobody of ours wrote. Thread-safe. */
final class RelayCodec {
    private static final int TYPING = 1;
    private static final int VOTES = 2;
    private static final int RELAYED = 3;

    private static final int ALL = 0;
    private static final int ALL_BUT_SESSION = 1;
    private static final int ALL_BUT_USER = 2;
    private static final int ONE_SESSION = 3;
    private static final int ONE_USER = 4;

    private static final int NOTIFY = 1;
    private static final int DISCONNECT_USER = 2;
    private static final int DISCONNECT = 3;
    private static final int RECHECK = 4;
    private static final int SEND_BACK = 5;
    private static final int LIST_ROOMS = 6;
    private static final int LIST_SESSIONS = 7;

    private static final int COUNT = 1;
    private static final int ROOMS = 2;
    private static final int SESSIONS = 3;

    /** A list that is longer is cut: an answer is one message. */
    private static final int MAX_ANSWER_BYTES = 4 << 20;

    private RelayCodec() {}

    // --- what a room passes on

    /** Null: this is nothing that a node may say to others. */
    static byte @Nullable [] passed(Passed passed) {
        RelayWriter out = new RelayWriter();
        out.number(passed.stamp()).number(passed.node());
        out.number(passed.after().epoch()).number(passed.after().offset());
        audience(out, passed.audience());
        return event(out, passed.event()) ? out.toBytes() : null;
    }

    static Passed passed(RelayReader in, RoomId room) {
        long stamp = in.number();
        long node = in.number();
        Position after = new Position(in.number(), in.number());
        Audience audience = audience(in);
        return new Passed(event(in, room), audience, stamp, node, after);
    }

    private static boolean event(RelayWriter out, RoomEvent event) {
        switch (event) {
            case Event.Typing t -> {
                out.byteOf(TYPING).flag(t.on()).flag(t.repeated()).maybeText(t.replyTo());
                profile(out, t.user());
            }
            case Event.VotesChanged v ->
                out.byteOf(VOTES).text(v.messageId()).number(v.upvotes()).number(v.downvotes());
            case Event.Relayed r ->
                out.byteOf(RELAYED)
                        .text(r.dialect())
                        .byteOf(lane(r.lane()))
                        .maybeText(r.key())
                        .number(r.variantOrKind())
                        .block(r.payload());
            case Event.UserJoined _, Event.UserLeft _, Event.StatusChanged _ -> {
                return false;
            }
        }
        return true;
    }

    private static RoomEvent event(RelayReader in, RoomId room) {
        int kind = in.byteOf();
        return switch (kind) {
            case TYPING -> {
                boolean on = in.flag();
                boolean repeated = in.flag();
                String replyTo = in.maybeText();
                yield new Event.Typing(room, profile(in), on, repeated, replyTo);
            }
            case VOTES -> new Event.VotesChanged(room, in.text(), in.number(), in.number());
            case RELAYED ->
                new Event.Relayed(room, in.text(), lane(in.byteOf()), in.maybeText(), (int) in.number(), in.block());
            default -> throw unknown("event", kind);
        };
    }

    private static int lane(Lane lane) {
        return switch (lane) {
            case KEPT -> 0;
            case SURE -> 1;
            case LATEST -> 2;
            case SPARE -> 3;
        };
    }

    private static Lane lane(int number) {
        return switch (number) {
            case 1 -> Lane.SURE;
            case 2 -> Lane.LATEST;
            case 3 -> Lane.SPARE;
            default -> throw unknown("lane", number);
        };
    }

    private static void audience(RelayWriter out, Audience audience) {
        switch (audience) {
            case Audience.All _ -> out.byteOf(ALL);
            case Audience.AllButSession a -> session(out.byteOf(ALL_BUT_SESSION), a.session());
            case Audience.AllButUser a -> user(out.byteOf(ALL_BUT_USER), a.user());
            case Audience.OneSession a -> session(out.byteOf(ONE_SESSION), a.session());
            case Audience.OneUser a -> user(out.byteOf(ONE_USER), a.user());
        }
    }

    private static Audience audience(RelayReader in) {
        int kind = in.byteOf();
        return switch (kind) {
            case ALL -> Audience.ALL;
            case ALL_BUT_SESSION -> new Audience.AllButSession(session(in));
            case ALL_BUT_USER -> new Audience.AllButUser(user(in));
            case ONE_SESSION -> new Audience.OneSession(session(in));
            case ONE_USER -> new Audience.OneUser(user(in));
            default -> throw unknown("audience", kind);
        };
    }

    // --- what nodes ask

    static void question(RelayWriter out, Question question) {
        switch (question) {
            case Question.Notify q -> {
                user(out.byteOf(NOTIFY), q.event().user());
                out.text(q.event().kind()).maybeText(q.event().messageId());
                maybeProfile(out, q.event().from());
                out.text(q.event().text());
            }
            case Question.DisconnectUser q -> {
                user(out.byteOf(DISCONNECT_USER), q.user());
                out.text(q.reason().name());
            }
            case Question.Disconnect q -> {
                session(out.byteOf(DISCONNECT), q.session());
                out.text(q.reason().name());
            }
            case Question.Recheck q -> user(out.byteOf(RECHECK), q.user());
            case Question.SendBack q -> room(out.byteOf(SEND_BACK), q.room());
            case Question.ListRooms q -> {
                RoomId after = q.after();
                out.byteOf(LIST_ROOMS).flag(after != null);
                if (after != null) room(out, after);
                out.maybeText(q.realm()).count(q.limit());
            }
            case Question.ListSessions q -> {
                UserId user = q.user();
                out.byteOf(LIST_SESSIONS).flag(user != null);
                if (user != null) user(out, user);
                out.count(q.limit());
            }
        }
    }

    static Question question(RelayReader in) {
        int kind = in.byteOf();
        return switch (kind) {
            case NOTIFY ->
                new Question.Notify(
                        new Event.Notified(user(in), in.text(), in.maybeText(), maybeProfile(in), in.text()));
            case DISCONNECT_USER -> new Question.DisconnectUser(user(in), CloseReason.valueOf(in.text()));
            case DISCONNECT -> new Question.Disconnect(session(in), CloseReason.valueOf(in.text()));
            case RECHECK -> new Question.Recheck(user(in));
            case SEND_BACK -> new Question.SendBack(room(in));
            case LIST_ROOMS -> new Question.ListRooms(in.flag() ? room(in) : null, in.maybeText(), in.count());
            case LIST_SESSIONS -> new Question.ListSessions(in.flag() ? user(in) : null, in.count());
            default -> throw unknown("question", kind);
        };
    }

    // --- what they answer

    static void answer(RelayWriter out, Answer answer) {
        switch (answer) {
            case Answer.Count a -> out.byteOf(COUNT).number(a.count());
            case Answer.Rooms a -> {
                out.byteOf(ROOMS);
                for (Answer.OpenRoom open : a.rooms()) {
                    if (out.size() > MAX_ANSWER_BYTES) break;
                    room(out, open.room());
                    out.count(open.sessions()).count(open.users());
                }
            }
            case Answer.Sessions a -> {
                out.byteOf(SESSIONS);
                for (Answer.Connected session : a.sessions()) {
                    if (out.size() > MAX_ANSWER_BYTES) break;
                    connected(out, session);
                }
            }
        }
    }

    static Answer answer(RelayReader in) {
        int kind = in.byteOf();
        return switch (kind) {
            case COUNT -> new Answer.Count((int) in.number());
            case ROOMS -> {
                List<Answer.OpenRoom> rooms = new ArrayList<>();
                while (in.hasMore()) rooms.add(new Answer.OpenRoom(room(in), in.count(), in.count()));
                yield new Answer.Rooms(rooms);
            }
            case SESSIONS -> {
                List<Answer.Connected> sessions = new ArrayList<>();
                while (in.hasMore()) sessions.add(connected(in));
                yield new Answer.Sessions(sessions);
            }
            default -> throw unknown("answer", kind);
        };
    }

    private static void connected(RelayWriter out, Answer.Connected session) {
        session(out, session.id());
        out.text(session.dialect()).text(session.tenant());
        maybeProfile(out, session.user());
        out.number(session.connectedMillis()).text(session.remote()).text(session.tokenId());
        out.count(session.rooms().size());
        for (RoomId room : session.rooms()) room(out, room);
    }

    private static Answer.Connected connected(RelayReader in) {
        SessionId id = session(in);
        String dialect = in.text();
        String tenant = in.text();
        Profile user = maybeProfile(in);
        long connectedMillis = in.number();
        String remote = in.text();
        String tokenId = in.text();
        List<RoomId> rooms = new ArrayList<>();
        for (int i = in.count(); i > 0; i--) rooms.add(room(in));
        return new Answer.Connected(id, dialect, tenant, user, connectedMillis, remote, tokenId, rooms);
    }

    // --- names

    static void room(RelayWriter out, RoomId room) {
        out.text(room.realm()).text(room.tenant()).text(room.name());
    }

    static RoomId room(RelayReader in) {
        return new RoomId(in.text(), in.text(), in.text());
    }

    private static void session(RelayWriter out, SessionId session) {
        out.number(session.incarnation()).number(session.serial());
    }

    private static SessionId session(RelayReader in) {
        return new SessionId(in.number(), in.number());
    }

    private static void user(RelayWriter out, UserId user) {
        out.text(user.realm()).text(user.id());
    }

    private static UserId user(RelayReader in) {
        return new UserId(in.text(), in.text());
    }

    private static void profile(RelayWriter out, Profile profile) {
        user(out, profile.user());
        out.text(profile.name()).maybeText(profile.avatarUrl()).text(profile.attributes());
    }

    private static Profile profile(RelayReader in) {
        return new Profile(user(in), in.text(), in.maybeText(), in.text());
    }

    private static void maybeProfile(RelayWriter out, @Nullable Profile profile) {
        out.flag(profile != null);
        if (profile != null) profile(out, profile);
    }

    private static @Nullable Profile maybeProfile(RelayReader in) {
        return in.flag() ? profile(in) : null;
    }

    private static IllegalArgumentException unknown(String what, int kind) {
        return new IllegalArgumentException("relay: " + what + " " + kind);
    }
}
