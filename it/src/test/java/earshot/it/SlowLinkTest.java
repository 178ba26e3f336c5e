package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.FaultProxy;
import earshot.core.testkit.FaultProxy.Direction;
import earshot.core.testkit.Passage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A reader over a slow line, slower than its room, gets every kept message, and of what only counts now fewer, never older, values (DESIGN 4). */
class SlowLinkTest {
    /** While something is said, and afterwards: what is left then would otherwise take a minute. */
    private static final Passage SLOW = Passage.rate(2_000);

    private static final Passage BETTER = Passage.rate(60_000);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String FILL = "x".repeat(500);
    private static final String PAGE = "dddddddd-0000-4000-8000-000000000001";

    @TempDir
    static Path directory;

    private static RunningServer server;
    private static FaultProxy slow;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory);
        slow = new FaultProxy(server.address(), 0);
    }

    @BeforeEach
    void aGoodLineAtFirst() {
        slow.set(Direction.TO_CLIENT, Passage.OPEN);
    }

    @AfterAll
    static void stop() throws IOException {
        slow.close();
        server.close();
    }

    private static Client member(String uri, String user) {
        Client client =
                Client.connect(URI.create(uri), "Authorization", "Bearer " + TestTokens.waddle(user, user, "write"));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    @Test
    void channel_everyMessageInOrder_statusesOnlyNewer() {
        String path = "/channel/slow/websocket";
        try (Client reader = member(slow.ws(path).toString(), "reader");
                Client near = member(server.ws(path).toString(), "near");
                Client ada = member(server.ws(path).toString(), "ada")) {
            slow.set(Direction.TO_CLIENT, SLOW);
            int messages = 150;
            for (int i = 0; i < messages; i++) {
                ada.say("{\"type\":\"message\",\"content\":\"" + i + " " + FILL + "\"}");
                for (int j = 0; j < 4; j++) ada.say("{\"type\":\"presence\",\"status\":\"s" + (4 * i + j) + "\"}");
            }
            ada.say("{\"type\":\"message\",\"content\":\"end\"}");
            near.hears("the end", content("end"));
            slow.set(Direction.TO_CLIENT, BETTER);
            hears(reader, "the end", content("end"));
            assertThat(texts(reader)).isEqualTo(texts(near)).hasSize(messages + 1);
            hears(reader, "the last status", f -> f.path("status").asString("").equals("s" + (4 * messages - 1)));
            Function<JsonNode, String> status = f -> f.path("status").asString().substring(1);
            assertOnlyNewer(reader.heard(type("presence_update")), near.heard(type("presence_update")), status);
        }
    }

    private static List<String> texts(Client client) {
        return client.heard(type("message")).stream()
                .map(f -> f.path("message").path("content").asString())
                .toList();
    }

    private static void hears(Client client, String what, Predicate<JsonNode> which) {
        Await.until(
                what,
                PATIENCE,
                () -> client.heard().size(),
                () -> !client.heard(which).isEmpty());
    }

    private static void assertOnlyNewer(List<JsonNode> far, List<JsonNode> near, Function<JsonNode, String> value) {
        List<Integer> values = far.stream().map(value).map(Integer::valueOf).toList();
        assertThat(values).doesNotHaveDuplicates().isSorted();
        assertThat(values.size()).as("of %d that the others heard", near.size()).isLessThan(near.size());
    }

    @Test
    void page_everyCommentInOrder_votesOnlyNewer() throws IOException {
        Commenters site = new Commenters(server);
        Api api = new Api(server, server.apiKey());
        try (Client reader = Client.connect(slow.ws(site.path(0)));
                Client near = site.on(PAGE, 1)) {
            reader.say(Commenters.say("subscribe", PAGE)).hears("the snapshot", method("presence"));
            String comment = api.post("threadkit", PAGE, "begin");
            slow.set(Direction.TO_CLIENT, SLOW);
            int comments = 80;
            for (int i = 0; i < comments; i++) {
                api.post("threadkit", PAGE, i + " " + FILL);
                for (int j = 0; j < 3; j++) vote(api, comment, 3 * i + j);
            }
            api.post("threadkit", PAGE, "end");
            Predicate<JsonNode> end =
                    f -> f.path("params").path("comment").path("t").asString("").equals("end");
            hears(near, "the end", end);
            slow.set(Direction.TO_CLIENT, BETTER);
            hears(reader, "the end", end);
            Function<JsonNode, String> text =
                    f -> f.path("params").path("comment").path("t").asString();
            assertThat(reader.heard(method("new_comment")).stream().map(text))
                    .isEqualTo(
                            near.heard(method("new_comment")).stream().map(text).toList())
                    .hasSize(comments + 2);
            Function<JsonNode, String> votes =
                    f -> f.path("params").path("upvotes").asString();
            hears(
                    reader,
                    "the last vote",
                    method("vote_update").and(f -> votes.apply(f).equals("" + (3 * comments - 1))));
            assertOnlyNewer(reader.heard(method("vote_update")), near.heard(method("vote_update")), votes);
        }
    }

    private static void vote(Api api, String comment, int upvotes) throws IOException {
        api.ok(
                "PUT",
                Api.messages("threadkit", PAGE) + "/" + comment + "/votes",
                "{\"upvotes\":" + upvotes + ",\"downvotes\":0}");
    }
}
