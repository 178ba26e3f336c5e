package earshot.core.voice;

import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceWish;
import earshot.core.relay.Answer;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.Question;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions of other nodes in the voice rooms that live here. Thread-safe. */
final class VoiceGuests {
    /** A node that says nothing for so long has lost its sessions. */
    static final Duration NODE_SILENT = Duration.ofSeconds(10);

    private static final Duration WITHIN = Duration.ofSeconds(3);

    private final long node;
    private final VoiceRooms here;
    private final RoomOwnership owned;
    private final NodeRelay relay;
    private final Clock clock;
    private final Map<Long, Long> heardNanos = new ConcurrentHashMap<>();

    VoiceGuests(long node, VoiceRooms here, RoomOwnership owned, NodeRelay relay, Clock clock) {
        this.node = node;
        this.here = here;
        this.owned = owned;
        this.relay = relay;
        this.clock = clock;
    }

    CompletionStage<Answer> onWish(Question.Voice q) {
        if (!owned.begin(q.room())) return count(0);
        long from = q.session().incarnation();
        heardNanos.put(from, clock.nanos());
        var caller = new Caller(q.session(), q.user(), event -> tellElsewhere(q.room(), q.session(), q.user(), event));
        return here.wish(q.room(), caller, q.wish())
                .whenComplete((_, _) -> end(q.room()))
                .thenApply(this::answerTo);
    }

    private Answer answerTo(Reply reply) {
        return new Answer.VoiceDone(node, reply instanceof Reply.Refused refused ? refused.problem() : null);
    }

    /** Where there is no such session any more, it is lost. */
    private void tellElsewhere(RoomId room, SessionId session, Profile user, VoiceEvent event) {
        relay.ask(session.incarnation(), new Question.VoiceTold(session, event), WITHIN)
                .thenAccept(heard -> {
                    boolean isGone = heard.answers().contains(new Answer.Count(0));
                    if (!isGone || event instanceof VoiceEvent.Ended) return;
                    here.wish(room, new Caller(session, user, _ -> {}), new VoiceWish.Lost());
                });
    }

    /** A wish for a room is done; it may have left it empty. */
    void end(RoomId room) {
        owned.end(room);
        here.whenEmpty(room, () -> owned.releaseIfIdle(room));
    }

    CompletionStage<Answer> onKept(Question.VoiceKept q) {
        if (q.sessions().isEmpty() || !owned.isOurs(q.room())) return count(0);
        heardNanos.put(q.sessions().getFirst().incarnation(), clock.nanos());
        return here.hasAll(q.room(), q.sessions())
                .thenApply(all -> new Answer.VoiceDone(node, all ? null : Problem.NOT_MEMBER));
    }

    CompletionStage<Answer> onList(Question.ListVoice q) {
        if (!owned.isOurs(q.room())) return count(0);
        return here.participants(q.room()).thenApply(Answer.VoiceRoom::new);
    }

    /** Now and then. */
    void giveUpSilentNodes() {
        long oldest = clock.nanos() - NODE_SILENT.toNanos();
        heardNanos.forEach((other, heard) -> {
            if (heard - oldest >= 0 || !heardNanos.remove(other, heard)) return;
            here.nodeLost(other);
        });
    }

    private static CompletionStage<Answer> count(int count) {
        return CompletableFuture.completedStage(new Answer.Count(count));
    }
}
