package earshot.engine.sql;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed with SIGKILL while it appends, again and again on the same data. */
@Timeout(600)
class CrashTest {
    private static final boolean LONG = Boolean.getBoolean("earshot.long");
    private static final int ROUNDS = LONG ? 60 : 2;
    private static final int ANSWERS = 300;
    /** Enough to fill the short log several times. */
    private static final int ANSWERS_OVER_CHECKPOINTS = 4000;

    @TempDir
    Path data;

    private boolean checkpointing;
    private int answers = ANSWERS;

    @Test
    void killed_underCommitted_keepsEveryAnswerInTheSameEpoch() throws Exception {
        assertThat(crashRounds(Durability.COMMITTED)).isEqualTo(1);
    }

    @Test
    void killed_underSynced_keepsEveryAnswerInTheSameEpoch() throws Exception {
        assertThat(crashRounds(Durability.SYNCED)).isEqualTo(1);
    }

    @Test
    void killed_betweenCheckpoints_keepsEveryAnswerInTheSameEpoch() throws Exception {
        checkpointing = true;
        answers = ANSWERS_OVER_CHECKPOINTS;
        assertThat(crashRounds(Durability.COMMITTED)).isEqualTo(1);
    }

    @Test
    void killed_underAsync_beginsAnEpochEachTime() throws Exception {
        // Each round: the child's start is after a clean end, ours after its crash.
        assertThat(crashRounds(Durability.ASYNC)).isEqualTo(1 + ROUNDS);
    }

    @Test
    void synced_onAnotherBoot_keepsTheEpoch() throws Exception {
        assertThat(epochAfterAnotherBoot(Durability.SYNCED)).isEqualTo(1);
    }

    @Test
    void committed_onAnotherBoot_beginsAnEpoch() throws Exception {
        assertThat(epochAfterAnotherBoot(Durability.COMMITTED)).isEqualTo(2);
    }

    @Test
    void cleanEnd_onAnotherBoot_keepsTheEpoch() {
        open(Durability.ASYNC).close();
        Copies.change(data.resolve("messages.db"), "UPDATE state SET value = 'another' WHERE name = 'boot'");
        try (SqliteHistory history = open(Durability.ASYNC)) {
            assertThat(epoch(history)).isEqualTo(1);
        }
    }

    private long epochAfterAnotherBoot(Durability durability) throws Exception {
        crash(durability, "first");
        Copies.change(data.resolve("messages.db"), "UPDATE state SET value = 'another' WHERE name = 'boot'");
        try (SqliteHistory history = open(durability)) {
            return epoch(history);
        }
    }

    private long crashRounds(Durability durability) throws Exception {
        Map<String, Position> answered = new HashMap<>();
        long epoch = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, Position> now = crash(durability, "r" + round);
            if (durability != Durability.ASYNC) answered.putAll(now);
            try (SqliteHistory history = open(durability)) {
                epoch = epoch(history);
                assertNothingLostOrDoubled(history, answered);
                if (durability != Durability.ASYNC) assertKeyIsKnown(history, now);
            }
            if (LONG && round % 20 == 19)
                System.out.println("long: sql CrashTest " + durability + (checkpointing ? " with checkpoints" : "")
                        + ": killed " + (round + 1) + " times");
        }
        return epoch;
    }

    private static void assertNothingLostOrDoubled(SqliteHistory history, Map<String, Position> answered) {
        Map<String, Position> found = new HashMap<>();
        for (int i = 0; i < AppendingChild.ROOMS; i++) {
            RoomId room = AppendingChild.room(i);
            for (KeptEvent entry : everything(history, room)) {
                assertThat(found.put(entry.messageId(), entry.position()))
                        .as(entry.messageId())
                        .isNull();
            }
        }
        assertThat(found).containsAllEntriesOf(answered);
    }

    private static List<KeptEvent> everything(SqliteHistory history, RoomId room) {
        List<KeptEvent> all = new ArrayList<>();
        Position after = Position.START;
        while (true) {
            List<KeptEvent> some = await(history.read(room, after, 1000)).entries();
            if (some.isEmpty()) return all;
            for (KeptEvent entry : some) {
                boolean follows = entry.position().epoch() != after.epoch()
                        || entry.position().offset() == after.offset() + 1;
                assertThat(follows).as("dense at " + entry.position()).isTrue();
                after = entry.position();
            }
            all.addAll(some);
        }
    }

    private static void assertKeyIsKnown(SqliteHistory history, Map<String, Position> answered) {
        Map.Entry<String, Position> one = answered.entrySet().iterator().next();
        int n = Integer.parseInt(one.getKey().substring(one.getKey().indexOf('-') + 1));
        RoomId room = AppendingChild.room(n % AppendingChild.ROOMS);
        Profile author = Profile.named(new UserId("crash", "child"), "Child");
        Change post = new Change.Post("another-" + one.getKey(), "again", null, null, null);
        Draft draft = new Draft(room, post, author, System.currentTimeMillis(), "key-" + one.getKey());
        Appended.Stored again = (Appended.Stored) await(history.append(draft));
        assertThat(again.repeated()).isTrue();
        assertThat(again.entry().position()).isEqualTo(one.getValue());
    }

    /** What the child was answered before it died. */
    private Map<String, Position> crash(Durability durability, String prefix) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child = new ProcessBuilder(
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingChild.class.getName(),
                        data.toString(),
                        durability.name(),
                        prefix,
                        Boolean.toString(checkpointing))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<String, Position> answered = new HashMap<>();
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                note(line, answered, answers);
                // Through the handle: the process would close the pipe, with answers in it.
                if (answered.size() >= answers) child.toHandle().destroyForcibly();
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(answered).hasSizeGreaterThanOrEqualTo(answers);
        return answered;
    }

    /** The last line may be cut short by the kill. */
    private static void note(String line, Map<String, Position> answered, int wanted) {
        int space = line.indexOf(' ');
        if (space < 0 || line.indexOf(':') < 0 || line.endsWith(":")) return;
        if (answered.size() < wanted) answered.put(line.substring(0, space), Position.parse(line.substring(space + 1)));
    }

    private SqliteHistory open(Durability durability) {
        return SqliteHistory.open(data, AppendingChild.settings(durability, checkpointing), Clock.SYSTEM, Meter.NONE);
    }

    private static long epoch(SqliteHistory history) {
        return await(history.open(AppendingChild.room(0), Retention.EVERYTHING)).epoch();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, SECONDS).join();
    }
}
