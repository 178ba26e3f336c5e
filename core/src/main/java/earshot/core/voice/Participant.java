package earshot.core.voice;

import earshot.core.message.IceCandidate;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceParticipant;
import earshot.core.message.VoiceWish;
import earshot.core.time.Deadlines.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A user in one voice room, from the wish to join to the end. Confined to the room's loop. What it does not decide, its {@link VoiceRoom} does. */
final class Participant {
    final long number;
    /** Answered when there is an offer. */
    final CompletableFuture<Reply> joined = new CompletableFuture<>();
    /** Candidates of the client's that came before its answer. */
    final List<IceCandidate> waiting = new ArrayList<>(0);

    Caller caller;
    MediaEngine.@Nullable Peer peer;
    /** The others know of it: from the first offer on. */
    boolean announced;
    /** Its newest offer was answered. */
    boolean answered;
    /** Its session is no more. */
    boolean lost;

    boolean muted;
    boolean silenced;
    /** The others know of it from the node where the room lived before. */
    final boolean comesBack;
    /** Peers that it ever had. */
    int openings;
    /** Peers that broke since one was connected. */
    int failures;

    private @Nullable Deadline lossDeadline;
    private @Nullable Deadline mediaDeadline;

    /** @param number counts up with every join of this node, so that of two the newer is known */
    Participant(long number, Caller caller, VoiceWish.Join join) {
        this.number = number;
        this.caller = caller;
        this.silenced = !join.maySpeak();
        this.muted = join.muted();
        this.comesBack = join.again();
    }

    Profile profile() {
        return caller.user();
    }

    UserId user() {
        return caller.user().user();
    }

    boolean isMuted() {
        return muted || silenced;
    }

    VoiceParticipant shown() {
        return new VoiceParticipant(profile(), isMuted());
    }

    void tell(VoiceEvent event) {
        if (!lost) caller.ear().accept(event);
    }

    /** Until its session is back. */
    void whileLost(@Nullable Deadline deadline) {
        if (lossDeadline != null) lossDeadline.cancel();
        lossDeadline = deadline;
    }

    /** Until the next step towards media. */
    void untilMedia(@Nullable Deadline deadline) {
        if (mediaDeadline != null) mediaDeadline.cancel();
        mediaDeadline = deadline;
    }

    /** The peer it had counts no more. */
    void closePeer() {
        MediaEngine.Peer had = peer;
        peer = null;
        answered = false;
        waiting.clear();
        if (had != null) had.close();
    }
}
