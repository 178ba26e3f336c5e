package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.it.UnfinishedRequests.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of clients that never finish a request: each ends in its time, memory stays small, everybody else is served. */
class UnfinishedRequestsTest {
    private static final boolean LONG = Boolean.getBoolean("earshot.long");
    private static final int COUNT = LONG ? 10_002 : 1_500;
    /** The long form has the defaults of a server. */
    private static final List<String> TIMES =
            LONG ? List.of() : List.of("--set", "limits.handshake-timeout=3s", "--set", "limits.body-timeout=3s");

    private static final Duration LONGEST = LONG ? Duration.ofSeconds(30) : Duration.ofSeconds(3);
    private static final int MOST_BYTES_EACH = 24 << 10;
    private static final long SLACK_BYTES = 64L << 20;

    @TempDir
    Path directory;

    private static Client member(RunningServer server, String user) {
        Client client = Client.connect(
                server.ws("/channel/calm/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "write"));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    @Test
    void unfinishedRequests_endInTime_andDisturbNobody() throws IOException {
        try (RunningServer server = RunningServer.start(directory, TIMES.toArray(String[]::new));
                Client ada = member(server, "ada")) {
            served(server, ada, -1);
            int descriptors = server.descriptors();
            long before = server.rssBytes();
            long began = System.nanoTime();
            try (UnfinishedRequests crowd = new UnfinishedRequests(server.address(), COUNT)) {
                for (int i = 0; i < 5; i++) served(server, ada, i);
                long grown = server.rssBytes() - before;
                assertThat(grown)
                        .as("%d bytes each", grown / COUNT)
                        .isLessThan((long) COUNT * MOST_BYTES_EACH + SLACK_BYTES);
                Await.until("all have ended", LONGEST.plusSeconds(5), crowd::toString, () -> crowd.ended() == COUNT);
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                System.out.println(
                        "UnfinishedRequestsTest " + COUNT + " in " + took + ", " + grown / COUNT + " bytes each");
                int begun = COUNT - COUNT / Kind.values().length;
                assertThat(crowd.answered(408)).isEqualTo(begun);
            }
            Await.until("descriptors are back", server::descriptors, () -> server.descriptors() <= descriptors);
            assertThat(server.metric("earshot_limits_total")).isEqualTo(COUNT);
            assertThat(server.metric("earshot_budget_bytes")).isZero();
            assertThat(server.metric("earshot_faults_total")).isZero();
            served(server, ada, 99);
        }
    }

    /** Somebody who is there, somebody who comes, and plain HTTP. */
    private static void served(RunningServer server, Client ada, int round) throws IOException {
        long began = System.nanoTime();
        ada.say("{\"type\":\"message\",\"content\":\"round " + round + "\"}");
        ada.hears("the echo", content("round " + round));
        member(server, "bob").close();
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
}
