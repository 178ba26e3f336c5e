package earshot.it;

import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments under load. What was acknowledged is there, once, in the order in which it was heard; a client that repeats
 * what was not acknowledged, under the same id, doubles nothing; users who return make no false leave.
 */
class CrashTest {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 100 : 3;
    private static final String CHANNEL = "/channel/crash/websocket";

    @TempDir
    Path directory;

    private final long seed = Long.getLong("earshot.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> acknowledged = new ArrayList<>();
    private int next;

    @Test
    void killed_underLoad_losesNothingAcknowledgedAndDoublesNothing() throws IOException {
        System.out.println("CrashTest seed " + seed);
        try (RunningServer server = RunningServer.start(directory)) {
            for (int round = 0; round < ROUNDS; round++) {
                publishUntilKilled(server);
                server.startAgain();
            }
            List<String> kept = everything(server, acknowledged.getFirst());
            assertThat(kept).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(Set.copyOf(kept)).as("seed %d", seed).containsAll(acknowledged);
            assertThat(kept.stream()
                            .filter(new HashSet<>(acknowledged)::contains)
                            .toList())
                    .as("seed %d", seed)
                    .isEqualTo(acknowledged);
        }
    }

    private void publishUntilKilled(RunningServer server) {
        String token = TestTokens.waddle("ada", "ada", "write");
        int before = acknowledged.size();
        int enough = 20 + random.nextInt(300);
        try (Client ada = Client.connect(server.ws(CHANNEL), "Authorization", "Bearer " + token)) {
            ada.hears("initial state", type("initial_state"));
            Thread publisher = Thread.ofVirtual().start(() -> {
                try {
                    while (ada.isOpen()) ada.say(message(next++));
                } catch (AssertionError killed) {
                    // the point of this test
                }
            });
            Await.until(
                    "some acknowledgements",
                    () -> ada.heard().size(),
                    () -> ada.heard(type("ack")).size() >= enough);
            server.kill();
            publisher.join();
            ada.ends();
            ada.heard(type("ack")).forEach(f -> acknowledged.add(f.path("id").asString()));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(acknowledged.size()).isGreaterThan(before);
    }

    /** The nested form of protocols/waddle.md section 6, which is acknowledged. */
    private static String message(int n) {
        return "{\"type\":\"message\",\"message\":{\"id\":\"%s\",\"content\":\"%d\"}}".formatted(id(n), n);
    }

    private static String id(int n) {
        return "c0000000-0000-4000-8000-%012d".formatted(n);
    }

    /** What is kept from this message on, asked for by syncing after it: an id that the server does not know would bring nothing. */
    private static List<String> everything(RunningServer server, String first) {
        String token = TestTokens.waddle("rita", "rita", "read");
        List<String> ids = new ArrayList<>(List.of(first));
        for (boolean complete = false; !complete; ) {
            try (Client rita = Client.connect(server.ws(CHANNEL), "Authorization", "Bearer " + token)) {
                rita.say("{\"type\":\"sync\",\"afterMessageId\":\"" + ids.getLast() + "\"}");
                var end = rita.hears("the end of the replay", type("sync_complete"));
                rita.heard(type("message"))
                        .forEach(f -> ids.add(f.path("message").path("id").asString()));
                complete = end.path("complete").asBoolean(true);
            }
        }
        return ids;
    }
}
