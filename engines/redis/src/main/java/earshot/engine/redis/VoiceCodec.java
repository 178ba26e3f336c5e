package earshot.engine.redis;

import static earshot.engine.redis.RelayNames.profile;
import static earshot.engine.redis.RelayNames.room;
import static earshot.engine.redis.RelayNames.session;
import static earshot.engine.redis.RelayNames.unknown;
import static earshot.engine.redis.RelayNames.user;

import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.VoiceEnd;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceParticipant;
import earshot.core.message.VoiceWish;
import earshot.core.relay.Answer;
import earshot.core.relay.Question;
import earshot.core.relay.Question.VoiceRule.Ruling;
import java.util.ArrayList;
import java.util.List;

/** What nodes ask each other about voice rooms, as bytes; a part of {@link QuestionCodec}. Thread-safe. */
final class VoiceCodec {
    private static final int WISH = 1;
    private static final int TOLD = 2;
    private static final int KEPT = 3;
    private static final int MOVED = 4;
    private static final int RULE = 5;
    private static final int LIST = 6;
    private static final int GONE = 7;

    private static final int JOIN = 1;
    private static final int ANSWER = 2;
    private static final int CANDIDATE = 3;
    private static final int MUTE = 4;
    private static final int LEAVE = 5;
    private static final int LOST = 6;
    private static final int RESUME = 7;

    private static final int OFFERED = 1;
    private static final int CANDIDATE_FOUND = 2;
    private static final int ROOM_STATE = 3;
    private static final int JOINED = 4;
    private static final int LEFT = 5;
    private static final int MUTE_CHANGED = 6;
    private static final int ENDED = 7;

    private VoiceCodec() {}

    static void question(RelayWriter out, Question.VoiceQuestion question) {
        switch (question) {
            case Question.Voice q -> {
                room(out.byteOf(WISH), q.room());
                session(out, q.session());
                profile(out, q.user());
                wish(out, q.wish());
            }
            case Question.VoiceTold q -> {
                session(out.byteOf(TOLD), q.session());
                event(out, q.event());
            }
            case Question.VoiceKept q -> {
                room(out.byteOf(KEPT), q.room());
                out.count(q.sessions().size());
                for (SessionId each : q.sessions()) session(out, each);
            }
            case Question.VoiceMoved q -> {
                user(out.byteOf(MOVED), q.user());
                session(out, q.session());
                room(out, q.to());
            }
            case Question.VoiceGone q -> room(out.byteOf(GONE).number(q.node()), q.room());
            case Question.VoiceRule q -> {
                room(out.byteOf(RULE), q.room());
                user(out, q.user());
                out.text(q.ruling().name());
            }
            case Question.ListVoice q -> room(out.byteOf(LIST), q.room());
        }
    }

    static Question.VoiceQuestion question(RelayReader in) {
        int kind = in.byteOf();
        return switch (kind) {
            case WISH -> new Question.Voice(room(in), session(in), profile(in), wish(in));
            case TOLD -> new Question.VoiceTold(session(in), event(in));
            case KEPT -> {
                RoomId room = room(in);
                List<SessionId> sessions = new ArrayList<>();
                for (int i = in.count(); i > 0; i--) sessions.add(session(in));
                yield new Question.VoiceKept(room, sessions);
            }
            case MOVED -> new Question.VoiceMoved(user(in), session(in), room(in));
            case GONE -> {
                long node = in.number();
                yield new Question.VoiceGone(room(in), node);
            }
            case RULE -> new Question.VoiceRule(room(in), user(in), Ruling.valueOf(in.text()));
            case LIST -> new Question.ListVoice(room(in));
            default -> throw unknown("question of voice", kind);
        };
    }

    private static void wish(RelayWriter out, VoiceWish wish) {
        switch (wish) {
            case VoiceWish.Join w ->
                out.byteOf(JOIN)
                        .flag(w.maySpeak())
                        .count(w.places())
                        .flag(w.again())
                        .flag(w.muted());
            case VoiceWish.Answer w -> out.byteOf(ANSWER).text(w.sdp());
            case VoiceWish.Candidate w -> candidate(out.byteOf(CANDIDATE), w.candidate());
            case VoiceWish.Mute w -> out.byteOf(MUTE).flag(w.muted());
            case VoiceWish.Leave _ -> out.byteOf(LEAVE);
            case VoiceWish.Lost _ -> out.byteOf(LOST);
            case VoiceWish.Resume _ -> out.byteOf(RESUME);
        }
    }

    private static VoiceWish wish(RelayReader in) {
        int kind = in.byteOf();
        return switch (kind) {
            case JOIN -> new VoiceWish.Join(in.flag(), in.count(), in.flag(), in.flag());
            case ANSWER -> new VoiceWish.Answer(in.text());
            case CANDIDATE -> new VoiceWish.Candidate(candidate(in));
            case MUTE -> new VoiceWish.Mute(in.flag());
            case LEAVE -> new VoiceWish.Leave();
            case LOST -> new VoiceWish.Lost();
            case RESUME -> new VoiceWish.Resume();
            default -> throw unknown("wish of voice", kind);
        };
    }

    private static void candidate(RelayWriter out, IceCandidate candidate) {
        out.text(candidate.candidate()).maybeText(candidate.sdpMid()).number(candidate.sdpMLineIndex());
    }

    private static IceCandidate candidate(RelayReader in) {
        return new IceCandidate(in.text(), in.maybeText(), (int) in.number());
    }

    private static void event(RelayWriter out, VoiceEvent event) {
        switch (event) {
            case VoiceEvent.Offered e -> room(out.byteOf(OFFERED), e.room());
            case VoiceEvent.CandidateFound e -> room(out.byteOf(CANDIDATE_FOUND), e.room());
            case VoiceEvent.RoomState e -> room(out.byteOf(ROOM_STATE), e.room());
            case VoiceEvent.Joined e -> room(out.byteOf(JOINED), e.room());
            case VoiceEvent.Left e -> room(out.byteOf(LEFT), e.room());
            case VoiceEvent.MuteChanged e -> room(out.byteOf(MUTE_CHANGED), e.room());
            case VoiceEvent.Ended e -> room(out.byteOf(ENDED), e.room());
        }
        switch (event) {
            case VoiceEvent.Offered e -> out.text(e.sdp());
            case VoiceEvent.CandidateFound e -> candidate(out, e.candidate());
            case VoiceEvent.RoomState e -> participants(out, e.participants());
            case VoiceEvent.Joined e -> profile(out, e.user());
            case VoiceEvent.Left e -> profile(out, e.user());
            case VoiceEvent.MuteChanged e -> profile(out.flag(e.muted()), e.user());
            case VoiceEvent.Ended e -> out.text(e.why().name());
        }
    }

    private static VoiceEvent event(RelayReader in) {
        int kind = in.byteOf();
        RoomId room = room(in);
        return switch (kind) {
            case OFFERED -> new VoiceEvent.Offered(room, in.text());
            case CANDIDATE_FOUND -> new VoiceEvent.CandidateFound(room, candidate(in));
            case ROOM_STATE -> new VoiceEvent.RoomState(room, participants(in));
            case JOINED -> new VoiceEvent.Joined(room, profile(in));
            case LEFT -> new VoiceEvent.Left(room, profile(in));
            case MUTE_CHANGED -> {
                boolean muted = in.flag();
                yield new VoiceEvent.MuteChanged(room, profile(in), muted);
            }
            case ENDED -> new VoiceEvent.Ended(room, VoiceEnd.valueOf(in.text()));
            default -> throw unknown("event of voice", kind);
        };
    }

    private static void participants(RelayWriter out, List<VoiceParticipant> all) {
        out.count(all.size());
        for (VoiceParticipant each : all) profile(out.flag(each.muted()), each.user());
    }

    private static List<VoiceParticipant> participants(RelayReader in) {
        List<VoiceParticipant> all = new ArrayList<>();
        for (int i = in.count(); i > 0; i--) {
            boolean muted = in.flag();
            all.add(new VoiceParticipant(profile(in), muted));
        }
        return all;
    }

    static void done(RelayWriter out, Answer.VoiceDone done) {
        Problem problem = done.problem();
        out.number(done.node()).maybeText(problem == null ? null : problem.name());
    }

    static Answer.VoiceDone done(RelayReader in) {
        long node = in.number();
        String problem = in.maybeText();
        return new Answer.VoiceDone(node, problem == null ? null : Problem.valueOf(problem));
    }

    static void list(RelayWriter out, Answer.VoiceRoom list) {
        participants(out, list.participants());
    }

    static Answer.VoiceRoom list(RelayReader in) {
        return new Answer.VoiceRoom(participants(in));
    }
}
