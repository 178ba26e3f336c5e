package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The wall clock of a whole server is set, days ahead and back, with libfaketime; the monotonic one goes on (docs/operating.md). */
class ClockJumpTest {
    private static final String PATH = "/channel/clock/websocket";

    @TempDir
    Path directory;

    private Path offset;

    private static Optional<Path> fakeTime() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("/usr/lib"), 3)) {
            return all.filter(p -> p.endsWith("faketime/libfaketimeMT.so.1")).findFirst();
        }
    }

    private void jump(String to) throws IOException {
        Files.writeString(offset, to + "\n");
    }

    private static Client member(RunningServer server, String user) {
        Client client =
                Client.connect(server.ws(PATH), "Authorization", "Bearer " + TestTokens.waddle(user, user, "write"));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    private static JsonNode publish(Client client, String id) {
        client.say("{\"type\":\"message\",\"message\":{\"id\":\"%s\",\"content\":\"%s\"}}".formatted(id, id));
        return client.hears("the message", content(id)).path("message");
    }

    private static boolean repeated(Client client, String id) {
        Predicate<JsonNode> ack =
                type("ack").and(f -> f.path("messageId").asString("").equals(id));
        client.hears("the first ack", ack);
        client.say("{\"type\":\"message\",\"message\":{\"id\":\"%s\",\"content\":\"%s\"}}".formatted(id, id));
        Await.until("another ack", client::heard, () -> client.heard(ack).size() == 2);
        return client.heard(ack).getLast().path("repeated").asBoolean();
    }

    /** The library makes a JVM slow to start: most of a minute on a busy machine. */
    @Test
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "takes most of a minute")
    void daysAheadAndBack_changeNeitherOrderNorIdsNorTimers() throws IOException {
        Optional<Path> library = fakeTime();
        assumeThat(library)
                .as("SKIPPED: libfaketime is not installed (Debian: libfaketime)")
                .isPresent();
        offset = directory.resolve("offset");
        jump("+0");
        List<String> faked = List.of(
                "env",
                "LD_PRELOAD=" + library.get(),
                "FAKETIME_TIMESTAMP_FILE=" + offset,
                "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                "DONT_FAKE_MONOTONIC=1");
        try (RunningServer server = RunningServer.startUnder(faked, System.getProperty("java.class.path"), directory);
                Client ada = member(server, "ada");
                Client bob = member(server, "bob")) {
            JsonNode first = publish(ada, "first");
            jump("+5d");
            JsonNode ahead = publish(ada, "ahead");
            assertThat(Duration.ofMillis(millis(ahead) - millis(first))).isGreaterThan(Duration.ofDays(4));
            assertThat(repeated(ada, "first")).isTrue();
            assertThat(Client.refusal(
                            server.ws(PATH), "Authorization", "Bearer " + TestTokens.waddle("c", "c", "write")))
                    .as("a token of an hour")
                    .isEqualTo(401);
            typingExpires(ada, bob);
            jump("-2d");
            JsonNode back = publish(ada, "back");
            assertThat(millis(back)).isLessThan(millis(first));
            assertThat(repeated(ada, "ahead")).isTrue();
            typingExpires(bob, ada);
            assertThat(List.of(first, ahead, back).stream()
                            .map(m -> m.path("id").asString()))
                    .isSorted();
            try (Client late = member(server, "late")) {
                assertThat(late.hears("the past", type("initial_state"))
                                .path("messages")
                                .valueStream()
                                .map(m -> m.path("content").asString()))
                        .containsExactly("first", "ahead", "back");
            }
            assertThat(List.of(ada, bob)).allMatch(Client::isOpen);
            assertThat(server.metric("earshot_faults_total")).isZero();
        }
    }

    private static long millis(JsonNode message) {
        return message.path("timestamp").asLong();
    }

    /** After the three seconds of typing that stopped without a word. */
    private static void typingExpires(Client typist, Client other) {
        long began = System.nanoTime();
        int before = other.heard(type("typing")).size();
        typist.say("{\"type\":\"typing\",\"isTyping\":true}");
        Await.until(
                "typing and its end",
                other::heard,
                () -> other.heard(type("typing")).size() == before + 2);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(10));
    }
}
