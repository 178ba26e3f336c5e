package earshot.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.IceCandidate;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.voice.MediaEngine;
import earshot.core.voice.MediaEngine.Gone;
import earshot.core.voice.MediaEngine.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link MediaEngine} promises of signalling; that voices arrive is proven where there are browsers. */
public abstract class MediaEngineContract {
    private static final UserId ANN = new UserId("test", "ann");
    private static final UserId BOB = new UserId("test", "bob");

    private final RoomId room = new RoomId("test", "", UUID.randomUUID().toString());
    private final Watched told = new Watched();
    private MediaEngine engine;

    /** A new one, whose outside system runs. */
    protected abstract MediaEngine engine();

    /** An SDP answer that fits the offer. */
    protected abstract String answerTo(String offer);

    /** Who is muted in the room, as the outside system has it; absent users are not in it. */
    protected abstract List<String> present(RoomId room);

    /** The outside system ends without a word. */
    protected abstract void kill();

    protected abstract void startAgain();

    /** As {@link #present} spells a user. */
    protected static String shown(UserId user, boolean muted) {
        return user.id() + (muted ? " muted" : "");
    }

    @BeforeEach
    void start() {
        engine = engine();
        engine.start(told);
        await(() -> told.words().equals(List.of("up")));
    }

    @Test
    protected void open_up_offersBeforeItsCandidates() {
        Ear ann = open(ANN);
        await(() -> ann.words().size() >= 2);
        assertThat(ann.words().getFirst()).startsWith("offer");
        assertThat(ann.words().subList(1, ann.words().size())).allMatch(word -> word.startsWith("candidate"));
        assertThat(ann.candidates).allMatch(IceCandidate::isWellFormed).allMatch(c -> c.sdpMid() != null);
        assertThat(present(room)).containsExactly("ann");
    }

    @Test
    protected void open_muted_isMuted() {
        Ear ann = new Ear();
        engine.open(room, ANN, true, ann);
        await(ann::isOffered);
        assertThat(present(room)).containsExactly("ann muted");
    }

    @Test
    protected void open_two_areInOneRoom() {
        Ear ann = offered(ANN);
        Ear bob = offered(BOB);
        assertThat(present(room)).containsExactlyInAnyOrder("ann", "bob");
        assertThat(ann.words()).doesNotContain("gone hung_up", "gone failed", "gone engine_lost");
        assertThat(bob.isOffered()).isTrue();
    }

    @Test
    protected void open_rooms_areApart() {
        offered(ANN);
        Ear bob = new Ear();
        RoomId other = new RoomId("test", "", UUID.randomUUID().toString());
        engine.open(other, BOB, false, bob);
        await(bob::isOffered);
        assertThat(present(room)).containsExactly("ann");
        assertThat(present(other)).containsExactly("bob");
    }

    @Test
    protected void answer_fitting_isUnderstoodAlsoTwice() {
        Ear ann = offered(ANN);
        String answer = answerTo(ann.offer());
        assertThat(get(ann.peer.answer(answer))).isTrue();
        assertThat(get(ann.peer.answer(answer))).isTrue();
        ann.peer.candidate(MemoryMedia.CANDIDATE);
        ann.peer.candidate(new IceCandidate("", null, 0));
        ann.peer.mute(true);
        await(() -> present(room).equals(List.of("ann muted")));
    }

    @Test
    protected void answer_rubbish_isNot() {
        Ear ann = offered(ANN);
        assertThat(get(ann.peer.answer("no sdp"))).isFalse();
        assertThat(get(ann.peer.answer(answerTo(ann.offer())))).isTrue();
    }

    @Test
    protected void mute_andBack_isEnforced() {
        Ear ann = offered(ANN);
        assertThat(get(ann.peer.answer(answerTo(ann.offer())))).isTrue();
        for (boolean muted : new boolean[] {true, false, true, true, false}) {
            ann.peer.mute(muted);
            await(() -> present(room).equals(List.of(shown(ANN, muted))));
        }
    }

    @Test
    protected void mute_beforeTheAnswer_isKept() {
        Ear ann = offered(ANN);
        ann.peer.mute(true);
        assertThat(get(ann.peer.answer(answerTo(ann.offer())))).isTrue();
        await(() -> present(room).equals(List.of("ann muted")));
    }

    @Test
    protected void close_any_leavesTheRoomAndHearsNothing() {
        Ear ann = offered(ANN);
        Ear bob = offered(BOB);
        int heard = bob.words().size();
        bob.peer.close();
        await(() -> present(room).equals(List.of("ann")));
        assertThat(bob.words().subList(heard, bob.words().size())).allMatch(word -> word.startsWith("candidate"));
        assertThat(get(bob.peer.answer(MemoryMedia.ANSWER))).isNotNull();
        ann.peer.close();
        await(() -> present(room).isEmpty());
    }

    @Test
    protected void close_beforeTheOffer_leavesNothingBehind() {
        Ear ann = open(ANN);
        ann.peer.close();
        offered(BOB);
        await(() -> present(room).equals(List.of("bob")));
    }

    @Test
    protected void open_afterClose_offersAnew() {
        for (int i = 0; i < 3; i++) {
            Ear ann = offered(ANN);
            ann.peer.close();
        }
        offered(ANN);
        await(() -> present(room).equals(List.of("ann")));
    }

    @Test
    protected void kill_withPeers_endsThemThenSaysDown() {
        Ear ann = offered(ANN);
        Ear bob = offered(BOB);
        kill();
        await(() -> told.words().equals(List.of("up", "down")));
        assertThat(engine.isUp()).isFalse();
        assertThat(ann.words()).endsWith("gone engine_lost");
        assertThat(bob.words()).endsWith("gone engine_lost");
        assertThat(get(ann.peer.answer(MemoryMedia.ANSWER))).isNotNull();
    }

    @Test
    protected void open_whileAway_ends() {
        kill();
        await(() -> told.words().equals(List.of("up", "down")));
        Ear ann = open(ANN);
        await(() -> ann.words().equals(List.of("gone engine_lost")));
    }

    @Test
    protected void startAgain_afterKill_takesTheSamePeopleAgain() {
        offered(ANN);
        offered(BOB);
        kill();
        await(() -> told.words().equals(List.of("up", "down")));
        startAgain();
        await(() -> told.words().equals(List.of("up", "down", "up")));
        offered(ANN);
        offered(BOB);
        assertThat(present(room)).containsExactlyInAnyOrder("ann", "bob");
    }

    private Ear open(UserId user) {
        var ear = new Ear();
        ear.peer = engine.open(room, user, false, ear);
        return ear;
    }

    private Ear offered(UserId user) {
        Ear ear = open(user);
        await(ear::isOffered);
        return ear;
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    protected static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(until);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static final class Ear implements MediaEngine.Ear {
        private final List<String> words = new ArrayList<>();
        private final List<IceCandidate> candidates = new ArrayList<>();
        private volatile String offer = "";
        private volatile Peer peer;

        synchronized List<String> words() {
            return List.copyOf(words);
        }

        private synchronized void say(String word) {
            words.add(word);
        }

        String offer() {
            return offer;
        }

        boolean isOffered() {
            return !offer.isEmpty();
        }

        @Override
        public void onOffer(String sdp) {
            say("offer");
            offer = sdp;
        }

        @Override
        public synchronized void onCandidate(IceCandidate candidate) {
            candidates.add(candidate);
            say("candidate");
        }

        @Override
        public void onConnected() {
            say("connected");
        }

        @Override
        public void onGone(Gone why) {
            say("gone " + why.name().toLowerCase(Locale.ROOT));
        }
    }

    private static final class Watched implements MediaEngine.Watch {
        private final List<String> words = new ArrayList<>();

        synchronized List<String> words() {
            return List.copyOf(words);
        }

        @Override
        public synchronized void onUp() {
            words.add("up");
        }

        @Override
        public synchronized void onDown() {
            words.add("down");
        }
    }
}
