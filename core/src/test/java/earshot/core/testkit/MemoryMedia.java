package earshot.core.testkit;

import earshot.core.message.IceCandidate;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.voice.MediaEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A media engine without media, that can be hurt. Thread-safe behind its own lock; ears hear at once, on the thread that causes it, unless the engine was
 * told to be {@link #quiet}.
 */
public final class MemoryMedia implements MediaEngine {
    public static final String ANSWER = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nt=0 0\r\n";
    public static final IceCandidate CANDIDATE =
            new IceCandidate("candidate:1 1 udp 2015363327 192.0.2.1 20355 typ host", "0", 0);

    private final List<OnePeer> peers = new ArrayList<>();
    private Watch watch = new Watch() {
        @Override
        public void onUp() {}

        @Override
        public void onDown() {}
    };
    private boolean up = true;
    private boolean quiet;
    private int offers;

    @Override
    public synchronized void start(Watch newWatch) {
        watch = newWatch;
        if (up) watch.onUp();
    }

    @Override
    public synchronized boolean isUp() {
        return up;
    }

    @Override
    public synchronized Peer open(RoomId room, UserId user, boolean muted, Ear ear) {
        var peer = new OnePeer(room, user, muted, ear);
        if (!up) {
            ear.onGone(Gone.ENGINE_LOST);
            return peer;
        }
        peers.add(peer);
        if (!quiet) peer.offer();
        return peer;
    }

    /** Peers that are open, oldest first. */
    public synchronized List<OnePeer> peers() {
        return List.copyOf(peers);
    }

    public synchronized OnePeer peer(UserId user) {
        Optional<OnePeer> found =
                peers.stream().filter(peer -> peer.user.equals(user)).findFirst();
        return found.orElseThrow(() -> new AssertionError("no peer of " + user));
    }

    /** Makes no offers until {@link OnePeer#offer}. */
    public synchronized void quiet() {
        quiet = true;
    }

    public synchronized void kill() {
        up = false;
        List<OnePeer> all = List.copyOf(peers);
        peers.clear();
        for (OnePeer peer : all) peer.ear.onGone(Gone.ENGINE_LOST);
        watch.onDown();
    }

    public synchronized void startAgain() {
        up = true;
        watch.onUp();
    }

    /** What the engine knows of one participant. */
    public final class OnePeer implements Peer {
        public final RoomId room;
        public final UserId user;
        private final Ear ear;
        private final List<IceCandidate> candidates = new ArrayList<>();
        private boolean muted;
        private String answer = "";

        private OnePeer(RoomId room, UserId user, boolean muted, Ear ear) {
            this.room = room;
            this.user = user;
            this.muted = muted;
            this.ear = ear;
        }

        public void offer() {
            synchronized (MemoryMedia.this) {
                ear.onOffer("offer " + ++offers);
                ear.onCandidate(CANDIDATE);
            }
        }

        public void connect() {
            ear.onConnected();
        }

        public void end(Gone why) {
            synchronized (MemoryMedia.this) {
                if (peers.remove(this)) ear.onGone(why);
            }
        }

        public boolean isMuted() {
            synchronized (MemoryMedia.this) {
                return muted;
            }
        }

        public String answer() {
            synchronized (MemoryMedia.this) {
                return answer;
            }
        }

        public List<IceCandidate> candidates() {
            synchronized (MemoryMedia.this) {
                return List.copyOf(candidates);
            }
        }

        @Override
        public CompletionStage<Boolean> answer(String sdp) {
            synchronized (MemoryMedia.this) {
                if (!sdp.startsWith("v=0\r\n")) return CompletableFuture.completedStage(false);
                answer = sdp;
                return CompletableFuture.completedStage(true);
            }
        }

        @Override
        public void candidate(IceCandidate candidate) {
            synchronized (MemoryMedia.this) {
                candidates.add(candidate);
            }
        }

        @Override
        public void mute(boolean isMuted) {
            synchronized (MemoryMedia.this) {
                muted = isMuted;
            }
        }

        @Override
        public void close() {
            synchronized (MemoryMedia.this) {
                peers.remove(this);
            }
        }
    }
}
