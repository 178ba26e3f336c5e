package earshot.engine.janus;

import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.voice.MediaEngine;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The media engine over the AudioBridge of a Janus, version 1.1.2 or newer. Thread-safe; a thread of its own, {@code janus}, owns everything, and never
 * blocks.
 *
 * <h2>Connection, session, handles</h2>
 * One WebSocket and on it one Janus session for all peers, one handle to make and destroy rooms, and one handle per peer. A session that gets no sign of life
 * ends by itself, so there is one every {@link JanusSettings#keepAlive}.
 *
 * <h2>When it goes</h2>
 * A lost WebSocket says little: the session lives on for a while, and so does the media. It is connected again at once and the session claimed. Where nobody
 * listens any more, where Janus does not know the session, or when its time is up, every peer is told that the engine is lost; then a new session is made,
 * and the engine is up again. What is opened in doubt waits.
 *
 * <h2>Why the JDK's WebSocket</h2>
 * Signalling is a few messages per participant. Netty stays in the gateway, behind whose walls a client of its own would need a second pipeline for frames and
 * masks; the JDK's client never blocks, calls on this one thread, and reads only as far as we ask it to. Its one limit, one send at a time, is a queue in
 * {@link Line}.
 */
public final class JanusMedia implements MediaEngine, AutoCloseable {
    private static final Logger LOG = System.getLogger(JanusMedia.class.getName());
    private static final String PLUGIN = "janus.plugin.audiobridge";
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final long SWEEP_MILLIS = 500;
    private static final long GOODBYE_MILLIS = 500;

    private final JanusSettings settings;
    private final Clock clock;
    private final Meter meter;
    private final ScheduledThreadPoolExecutor thread;
    private final HttpClient http;
    private final Requests requests;
    private final Line.Ear lineEar = new LineEar();
    private final Set<JanusPeer> peers = new LinkedHashSet<>();
    private final Map<Long, JanusPeer> byHandle = new HashMap<>();
    private final AtomicLong names = new AtomicLong(ThreadLocalRandom.current().nextLong() & Long.MAX_VALUE);

    private @Nullable Watch watch;
    private @Nullable Line line;
    private @Nullable AudioRooms rooms;
    /** 0: none. */
    private long session;

    private long doubtUntilNanos;
    private Duration pause = FIRST_PAUSE;
    private long aliveNanos;
    /** What the watch was told. */
    private volatile boolean up;

    private volatile boolean closed;
    private boolean complained;

    public JanusMedia(JanusSettings settings, Clock clock, Meter meter) {
        this.settings = settings;
        this.clock = clock;
        this.meter = meter;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            var made = new Thread(task, "janus");
            made.setDaemon(true);
            return made;
        });
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        thread.setRemoveOnCancelPolicy(true);
        http = HttpClient.newBuilder()
                .executor(thread)
                .connectTimeout(settings.answerWithin())
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
        requests = new Requests(settings, clock, meter);
    }

    // --- any thread

    @Override
    public void start(Watch told) {
        run(() -> {
            watch = told;
            connect();
        });
        var _ = thread.scheduleWithFixedDelay(
                () -> guarded(this::look), SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean isUp() {
        return up;
    }

    @Override
    public Peer open(RoomId room, UserId user, boolean muted, Ear ear) {
        String name = user.id() + "~" + Long.toString(names.incrementAndGet(), 36);
        var peer = new JanusPeer(this, room, name, muted, ear);
        boolean taken = run(() -> {
            if (session == 0) {
                ear.onGone(Gone.ENGINE_LOST);
                return;
            }
            peers.add(peer);
            if (rooms != null && line != null) peer.start(rooms);
        });
        if (!taken) ear.onGone(Gone.ENGINE_LOST);
        return peer;
    }

    /** Ends everything; peers hear nothing. Waits a moment for Janus to hear of it, so that nobody is left in its rooms. */
    @Override
    public void close() {
        var goodbye = new CountDownLatch(1);
        run(() -> {
            if (line == null || session == 0) goodbye.countDown();
            else requests.ask(Requests.request("destroy").put("session_id", session), _ -> goodbye.countDown());
        });
        closed = true;
        try {
            var _ = goodbye.await(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
        thread.shutdownNow();
    }

    /** False: the engine is closed. */
    boolean run(Runnable task) {
        if (closed) return false;
        thread.execute(() -> guarded(task));
        return true;
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            meter.add(Metric.FAULTS, 1, "janus");
            LOG.log(Level.WARNING, "A fault of the Janus engine", e);
        }
    }

    // --- the connection

    private void connect() {
        if (closed) return;
        var made = new Line(thread, lineEar);
        var _ = http.newWebSocketBuilder()
                .subprotocols(Line.SUBPROTOCOL)
                .connectTimeout(settings.answerWithin())
                .buildAsync(settings.address(), made)
                .whenCompleteAsync(
                        (_, failure) -> guarded(() -> {
                            if (failure != null) onNoLine(failure);
                            else if (made.isEnded()) onNoLine(new IOException("it ended at once"));
                            else onLine(made);
                        }),
                        thread);
    }

    private final class LineEar implements Line.Ear {
        @Override
        public void onText(Line from, String text) {
            guarded(() -> {
                if (from.equals(line)) JanusMedia.this.onText(text);
            });
        }

        @Override
        public void onEnd(Line ended, String why) {
            guarded(() -> onLineEnd(ended, why));
        }
    }

    private void onLine(Line opened) {
        line = opened;
        requests.onLine(opened);
        aliveNanos = clock.nanos();
        if (session == 0) create();
        else claim();
    }

    private void onNoLine(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        // Nobody listens there: the process is gone, and with it the session.
        if (cause instanceof ConnectException || clock.nanos() - doubtUntilNanos >= 0) lose();
        if (!complained) {
            LOG.log(Level.WARNING, "No Janus at {0} ({1}); trying on. No voice until then.", settings.address(), cause);
            complained = true;
        }
        later();
    }

    private void later() {
        long millis = pause.toMillis();
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        var _ = thread.schedule(
                () -> guarded(this::connect),
                millis - ThreadLocalRandom.current().nextLong(millis / 2),
                TimeUnit.MILLISECONDS);
    }

    private void onLineEnd(Line ended, String why) {
        if (!ended.equals(line) || closed) return;
        line = null;
        requests.onNoLine();
        LOG.log(Level.WARNING, "The connection to Janus ended: {0}", why);
        doubtUntilNanos = clock.nanos() + settings.reclaim().toNanos();
        if (session == 0) later();
        else connect();
    }

    // --- the session

    private void claim() {
        requests.ask(Requests.request("claim").put("session_id", session), said -> {
            if (said.isGood()) {
                LOG.log(Level.INFO, "Connected to Janus again; nothing was lost");
                onThere();
                for (JanusPeer each : List.copyOf(peers)) each.tellMuted();
            } else if (line != null) {
                lose();
                create();
            }
        });
    }

    private void create() {
        requests.ask(Requests.request("create"), said -> {
            if (said.isGood()) attachControl(said.made());
            else giveUp("makes no session", said);
        });
    }

    private void attachControl(long made) {
        attach(made, "control", said -> {
            if (!said.isGood()) {
                giveUp("has no " + PLUGIN + " for us", said);
                return;
            }
            session = made;
            rooms = new AudioRooms(new Handle(said.made(), made, requests), settings.adminKey());
            LOG.log(Level.INFO, "Connected to Janus at {0}", settings.address());
            onThere();
        });
    }

    private void giveUp(String what, Said said) {
        if (line == null) return;
        if (!complained) LOG.log(Level.WARNING, "Janus at {0} {1}: error {2}", settings.address(), what, said.error());
        complained = true;
        line.close();
        line = null;
        requests.onNoLine();
        later();
    }

    private void onThere() {
        complained = false;
        pause = FIRST_PAUSE;
        if (!up) {
            up = true;
            if (watch != null) watch.onUp();
        }
        AudioRooms there = rooms;
        if (there != null) for (JanusPeer each : List.copyOf(peers)) each.start(there);
    }

    /** Nothing is left of what there was. */
    private void lose() {
        session = 0;
        rooms = null;
        byHandle.clear();
        List<JanusPeer> all = new ArrayList<>(peers);
        peers.clear();
        for (JanusPeer each : all) each.onLost();
        if (!up) return;
        up = false;
        if (watch != null) watch.onDown();
    }

    /** Now and then: whether answers are missing, and whether Janus has heard of us lately. */
    private void look() {
        requests.sweep();
        Line to = line;
        if (to == null
                || session == 0
                || clock.nanos() - aliveNanos < settings.keepAlive().toNanos()) return;
        aliveNanos = clock.nanos();
        ObjectNode alive = Requests.request("keepalive").put("session_id", session);
        requests.ask(alive, true, () -> {}, said -> {
            if (said.error() < 0) to.end("no answer to a sign of life");
            else if (!said.isGood()) onSessionGone();
        });
    }

    private void onSessionGone() {
        LOG.log(Level.WARNING, "Janus does not know our session any more");
        lose();
        create();
    }

    // --- what it says

    private void onText(String text) {
        Said said;
        try {
            said = new Said(Requests.JSON.readTree(text));
        } catch (JacksonException e) {
            if (line != null) line.end("what it says is no JSON");
            return;
        }
        if (requests.onSaid(said)) return;
        if (said.kind().equals("timeout")) {
            if (said.frame().path("session_id").asLong(0) == session) onSessionGone();
            return;
        }
        JanusPeer peer = byHandle.get(said.sender());
        if (peer != null) peer.onEvent(said);
    }

    // --- for peers

    private void attach(long to, String what, Consumer<Said> then) {
        ObjectNode request = Requests.request("attach").put("session_id", to).put("plugin", PLUGIN);
        requests.ask(request.put("opaque_id", "earshot-" + what), then);
    }

    /** @param then null: there is none to be had */
    void attach(Consumer<@Nullable Handle> then) {
        long of = session;
        attach(of, "peer", said -> then.accept(said.isGood() ? new Handle(said.made(), of, requests) : null));
    }

    void listen(long handle, JanusPeer peer) {
        byHandle.put(handle, peer);
    }

    void unlisten(long handle) {
        byHandle.remove(handle);
    }

    void forget(JanusPeer peer) {
        peers.remove(peer);
    }
}
