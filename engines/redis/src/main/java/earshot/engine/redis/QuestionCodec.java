package earshot.engine.redis;

import static earshot.engine.redis.RelayNames.maybeProfile;
import static earshot.engine.redis.RelayNames.room;
import static earshot.engine.redis.RelayNames.session;
import static earshot.engine.redis.RelayNames.unknown;
import static earshot.engine.redis.RelayNames.user;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.relay.Answer;
import earshot.core.relay.Question;
import earshot.core.relay.SessionAge;
import java.util.ArrayList;
import java.util.List;

/** What nodes ask each other, as bytes. Reading throws {@link IllegalArgumentException} for what nobody of ours wrote. Thread-safe. */
final class QuestionCodec {
    private static final int NOTIFY = 1;
    private static final int DISCONNECT_USER = 2;
    private static final int DISCONNECT = 3;
    private static final int RECHECK = 4;
    private static final int SEND_BACK = 5;
    private static final int LIST_ROOMS = 6;
    private static final int LIST_SESSIONS = 7;

    private static final int EMIT = 8;
    private static final int VOICE = 9;

    private static final int COUNT = 1;
    private static final int ROOMS = 2;
    private static final int SESSIONS = 3;
    private static final int TOLD = 4;
    private static final int VOICE_DONE = 5;
    private static final int VOICE_ROOM = 6;

    /** A list that is longer is cut: an answer is one message. */
    private static final int MAX_ANSWER_BYTES = 4 << 20;

    private QuestionCodec() {}

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
            case Question.Emit q -> EmissionCodec.emission(out.byteOf(EMIT), q.emission());
            case Question.VoiceQuestion q -> VoiceCodec.question(out.byteOf(VOICE), q);
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
                SessionAge before = q.before();
                out.count(q.limit()).flag(before != null);
                if (before != null) session(out.number(before.connectedMillis()), before.session());
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
            case EMIT -> new Question.Emit(EmissionCodec.emission(in));
            case VOICE -> VoiceCodec.question(in);
            case RECHECK -> new Question.Recheck(user(in));
            case SEND_BACK -> new Question.SendBack(room(in));
            case LIST_ROOMS -> new Question.ListRooms(in.flag() ? room(in) : null, in.maybeText(), in.count());
            case LIST_SESSIONS -> {
                UserId user = in.flag() ? user(in) : null;
                int limit = in.count();
                yield new Question.ListSessions(
                        user, in.flag() ? new SessionAge(in.number(), session(in)) : null, limit);
            }
            default -> throw unknown("question", kind);
        };
    }

    // --- what they answer

    static void answer(RelayWriter out, Answer answer) {
        switch (answer) {
            case Answer.Count a -> out.byteOf(COUNT).number(a.count());
            case Answer.Told a -> EmissionCodec.emitted(out.byteOf(TOLD), a.emitted(), MAX_ANSWER_BYTES);
            case Answer.VoiceDone a -> VoiceCodec.done(out.byteOf(VOICE_DONE), a);
            case Answer.VoiceRoom a -> VoiceCodec.list(out.byteOf(VOICE_ROOM), a);
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
            case TOLD -> new Answer.Told(EmissionCodec.emitted(in));
            case VOICE_DONE -> VoiceCodec.done(in);
            case VOICE_ROOM -> VoiceCodec.list(in);
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
}
