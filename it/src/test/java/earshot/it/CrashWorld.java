package earshot.it;

import earshot.core.message.RoomId;
import earshot.core.room.Meetings;
import earshot.gateway.testkit.Swarm;
import earshot.gateway.testkit.SwarmClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A server that is ended again and again, a meeting on it, and who is there: writers who repeat what was not acknowledged, readers who resume, a
 * page reader, a back end. {@link CrashCheck} says whether what they have in the end is right. The test's thread plays; clients live on the swarm's.
 */
final class CrashWorld implements AutoCloseable {
    static final String API_KEY = "ek_crash-test-0123456789abcdefghijklmnop";
    static final String LOBBY = "public:lobby";
    static final String LOBBY_PAGE =
            Meetings.uuidOf(new RoomId(RoomId.MEETING, "", LOBBY)).toString();
    /** Not in a meeting: threadkit keeps it in memory, whatever the durability. */
    static final String PLAIN_PAGE = "dddddddd-0000-4000-8000-000000000001";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Promise promise;
    final List<ChannelWriter> writers = new ArrayList<>();
    final List<ChannelReader> readers = new ArrayList<>();
    final List<Visitor> visitors = new ArrayList<>();
    final List<Poster> posters = new ArrayList<>();
    final PageReader page;

    private final long seed;
    private final Random random;
    private final RunningServer server;
    private final Swarm swarm;
    private final Ghosts ghosts = new Ghosts(this);
    private final ObjectMapper mapper = new ObjectMapper();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final List<Long> epochs = new ArrayList<>();
    private final String padding;
    private Commenters commenters;
    private final AtomicInteger incarnation = new AtomicInteger();
    private volatile long epochBeganMillis;
    private volatile boolean loaded;
    private volatile boolean open;
    private volatile boolean mayForget;

    /** What the configuration promises about an acknowledged message. */
    enum Promise {
        MEMORY,
        ASYNC,
        COMMITTED,
        SYNCED
    }

    /** @param paddingChars how much longer every message of the channel is made */
    CrashWorld(Path directory, Promise promise, long seed, int paddingChars) throws IOException {
        this.promise = promise;
        this.seed = seed;
        this.random = new Random(seed);
        this.padding = paddingChars == 0 ? "" : " " + "x".repeat(paddingChars);
        server = RunningServer.start(directory, arguments(promise));
        swarm = new Swarm(server.address());
        page = new PageReader(this, "grace", List.of(LOBBY_PAGE, PLAIN_PAGE));
        for (String name : List.of("ada", "alan")) writers.add(new ChannelWriter(this, name));
        for (String name : List.of("rita", "ralf", "rosa")) readers.add(new ChannelReader(this, name));
        begin();
        open = true;
        swarm.run(() -> {
            writers.forEach(ChannelWriter::dial);
            readers.forEach(ChannelReader::dial);
            page.dial();
        });
        Await.until(
                "all are there",
                this::state,
                () -> swarm.ask(() -> readers.stream().allMatch(ChannelReader::isSynced)));
        posters.add(new Poster(this, "bea", LOBBY_PAGE));
        posters.add(new Poster(this, "ben", PLAIN_PAGE));
        load(true);
    }

    private static String[] arguments(Promise promise) {
        List<String> all = new ArrayList<>(List.of(
                "--set", "waddle.announce-joins=true", "--set", "api.keys=" + API_KEY, "--set", "drain.timeout=5s"));
        if (promise == Promise.MEMORY) all.addAll(List.of("--data", "none"));
        else all.addAll(List.of("--set", "history.durability=" + promise.name().toLowerCase(Locale.ROOT)));
        return all.toArray(String[]::new);
    }

    // What the test does

    RunningServer server() {
        return server;
    }

    Random random() {
        return random;
    }

    void load(boolean on) {
        loaded = on;
        if (on) swarm.run(() -> writers.forEach(ChannelWriter::sayMore));
    }

    /** Lets so many more messages be acknowledged. */
    void awaitAcknowledged(int more) {
        int wanted = acknowledged.get() + more;
        Await.until(more + " acknowledgements", PATIENCE, this::state, () -> swarm.ask(acknowledged::get) >= wanted);
    }

    void visit() {
        swarm.run(() -> visitors.add(new Visitor(this, "visitor-" + visitors.size())));
    }

    void kill() {
        server.kill();
        open = false;
    }

    /**
     * @param least how many epochs must have begun since, where only a clean end keeps them
     * @param most how many may
     */
    void startAgain(int least, int most) throws IOException {
        open = false;
        long startedMillis = System.currentTimeMillis();
        int now = incarnation.incrementAndGet();
        server.startAgain();
        begin();
        CrashCheck.epoch(this, epochs.get(now - 1), epochs.get(now), least, most);
        boolean another = promise == Promise.MEMORY || !epochs.get(now).equals(epochs.get(now - 1));
        if (another) epochBeganMillis = startedMillis;
        if (another) mayForget = true;
        ghosts.begin();
        open = true;
    }

    private void begin() throws IOException {
        commenters = new Commenters(server);
        epochs.add(CrashCheck.epoch(this));
    }

    /** Everybody says what they still have to say, and hears it. */
    List<CrashCheck.Entry> settle() throws IOException, InterruptedException {
        load(false);
        for (Poster poster : posters) poster.finish();
        Await.until(
                "everything is acknowledged",
                PATIENCE,
                this::state,
                () -> swarm.ask(() -> writers.stream().allMatch(ChannelWriter::isDone)));
        List<CrashCheck.Entry> history = CrashCheck.history(this, "waddle", LOBBY);
        String last = history.getLast().id();
        Await.until(
                "all readers have the last message",
                PATIENCE,
                this::state,
                () -> swarm.ask(() -> readers.stream().allMatch(r -> r.isSynced() && last.equals(r.last()))));
        return history;
    }

    void run(Runnable task) {
        swarm.run(task);
    }

    <T> T ask(Callable<T> question) {
        return swarm.ask(question);
    }

    private String state() {
        String log = server.output();
        return this + ", incarnation " + incarnation + ", " + acknowledged + " acknowledged, "
                + swarm.ask(() -> writers + " " + readers) + "; the server's last words:\n"
                + log.substring(Math.max(0, log.length() - 2000));
    }

    // What clients ask

    Ghosts ghosts() {
        return ghosts;
    }

    JsonNode json(byte[] payload) {
        return mapper.readTree(payload);
    }

    int incarnation() {
        return incarnation.get();
    }

    boolean isLoaded() {
        return loaded;
    }

    /** Whether an epoch has ended: then what it had in the end may be gone. */
    boolean mayForget() {
        return mayForget;
    }

    boolean isOfThisEpoch(JsonNode message) {
        JsonNode live = message.path("timestamp");
        long millis = live.isNumber()
                ? live.asLong()
                : Instant.parse(message.path("created_at").asString()).toEpochMilli();
        return millis >= epochBeganMillis;
    }

    String padding() {
        return padding;
    }

    /** The two words of a text that say who said it and which one it is. */
    static String unpadded(String text) {
        int end = text.indexOf(' ', text.indexOf(' ') + 1);
        return end < 0 ? text : text.substring(0, end);
    }

    void onAcknowledged() {
        acknowledged.incrementAndGet();
    }

    SwarmClient channel(String user, Swarm.Ear ear) {
        return swarm.connect(
                "/channel/" + LOBBY + "/websocket",
                0,
                ear,
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "write"));
    }

    SwarmClient page(Swarm.Ear ear) {
        return swarm.connect(commenters.path(0), 0, ear);
    }

    /** After a moment, and not before the server is back. */
    void soon(Runnable dial) {
        swarm.after(Duration.ofMillis(5 + random.nextInt(40)), () -> {
            if (open) dial.run();
            else soon(dial);
        });
    }

    /** On any thread: what must hold does, or the test fails. */
    void require(boolean holds, Supplier<String> otherwise) {
        if (!holds) throw new AssertionError(otherwise.get() + " (" + this + ")");
    }

    @Override
    public String toString() {
        return promise + ", seed " + seed;
    }

    @Override
    public void close() {
        open = false;
        swarm.close();
        server.close();
    }
}
