package earshot.core.voice;

import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.VoiceEnd;
import earshot.core.message.VoiceEvent;
import earshot.core.telemetry.Metric;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The participants of one voice room at the media engine. Confined to the room's loop.
 *
 * <h2>From wish to voice</h2>
 * {@link #open} opens a peer at the media engine. Its first offer makes the user a participant that the others hear of. The answer lets the client's
 * candidates through, and media follows by itself. Each step has a time limit. A peer that breaks, or that went with the engine, is opened again for the
 * same client connection: an offer more is all that the client hears (W3C WebRTC 1.0, a new offer with other ICE credentials restarts ICE).
 */
final class RoomMedia {
    /** So many peers in a row that never got connected are one too many. */
    private static final int FAILURES = 3;

    private final RoomId id;
    private final VoiceFloor floor;
    private final VoiceRoom room;

    RoomMedia(RoomId id, VoiceFloor floor, VoiceRoom room) {
        this.id = id;
        this.floor = floor;
        this.room = room;
    }

    void open(Participant of) {
        of.openings++;
        of.untilMedia(floor.in(floor.limits().offerWithin(), () -> onNoOffer(of)));
        of.peer = floor.engine().open(id, of.user(), of.isMuted(), new PeerEar(of));
    }

    private void onNoOffer(Participant of) {
        if (of.joined.isDone()) onFailed(of);
        else room.end(of, VoiceEnd.ENGINE_AWAY);
    }

    private void onOffer(Participant of, String sdp) {
        of.answered = false;
        of.untilMedia(floor.in(floor.limits().answerWithin(), () -> room.end(of, VoiceEnd.UNANSWERED)));
        of.tell(new VoiceEvent.Offered(id, sdp));
        if (!room.isHere(of)) return;
        if (of.joined.isDone()) floor.meter().add(Metric.VOICE_REOFFERS, 1);
        else room.onOffered(of);
    }

    /** @param of null: the session is not in the room */
    CompletionStage<Reply> answer(@Nullable Participant of, String sdp) {
        if (of == null) return floor.refused(Problem.NOT_MEMBER);
        if (sdp.isEmpty() || sdp.length() > floor.limits().sdpChars()) return floor.refused(Problem.INVALID);
        MediaEngine.Peer peer = of.peer;
        // The engine is away: what this answers counts no more, and another offer will come.
        if (peer == null) return floor.done();
        int opening = of.openings;
        var reply = new CompletableFuture<Reply>();
        peer.answer(sdp)
                .thenAccept(isUnderstood -> floor.loop().post(() -> {
                    if (isUnderstood && of.peer != null && of.openings == opening) onAnswered(of, peer);
                    reply.complete(isUnderstood ? Reply.Done.INSTANCE : Reply.Refused.of(Problem.INVALID));
                }));
        return reply;
    }

    private void onAnswered(Participant of, MediaEngine.Peer peer) {
        of.answered = true;
        of.untilMedia(null);
        for (IceCandidate candidate : of.waiting) peer.candidate(candidate);
        of.waiting.clear();
    }

    /** @param of null: the session is not in the room */
    CompletionStage<Reply> candidate(@Nullable Participant of, IceCandidate candidate) {
        if (of == null) return floor.refused(Problem.NOT_MEMBER);
        if (!candidate.isWellFormed()) return floor.refused(Problem.INVALID);
        if (of.peer == null) return floor.done();
        if (of.answered) of.peer.candidate(candidate);
        else if (of.waiting.size() < floor.limits().candidatesWaiting()) of.waiting.add(candidate);
        else return floor.refused(Problem.RATE_LIMITED);
        return floor.done();
    }

    private void onGone(Participant of, MediaEngine.Gone why) {
        of.closePeer();
        switch (why) {
            case HUNG_UP -> room.end(of, VoiceEnd.HUNG_UP);
            case FAILED -> onFailed(of);
            case ENGINE_LOST -> onEngineLost(of);
        }
    }

    private void onFailed(Participant of) {
        if (of.lost || ++of.failures >= FAILURES) {
            room.end(of, of.lost ? VoiceEnd.LOST : VoiceEnd.UNREACHABLE);
        } else {
            of.closePeer();
            open(of);
        }
    }

    private void onEngineLost(Participant of) {
        if (!of.joined.isDone()) room.end(of, VoiceEnd.ENGINE_AWAY);
        else of.untilMedia(floor.in(floor.limits().engineGrace(), () -> room.end(of, VoiceEnd.ENGINE_AWAY)));
    }

    /** Brings what the engine says of one peer to the room's loop, as long as the participant has that peer. */
    private final class PeerEar implements MediaEngine.Ear {
        private final Participant of;
        private final int opening;

        PeerEar(Participant of) {
            this.of = of;
            this.opening = of.openings;
        }

        private void post(Runnable fact) {
            floor.loop().post(() -> {
                if (of.peer != null && of.openings == opening && room.isHere(of)) fact.run();
            });
        }

        @Override
        public void onOffer(String sdp) {
            post(() -> RoomMedia.this.onOffer(of, sdp));
        }

        @Override
        public void onCandidate(IceCandidate candidate) {
            post(() -> of.tell(new VoiceEvent.CandidateFound(id, candidate)));
        }

        @Override
        public void onConnected() {
            post(() -> of.failures = 0);
        }

        @Override
        public void onGone(MediaEngine.Gone why) {
            post(() -> RoomMedia.this.onGone(of, why));
        }
    }
}
