package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.memory.MemoryHistory;
import earshot.core.memory.MemoryUserBook;
import earshot.core.message.Body;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.NameUuid;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.session.ResumeBook;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.dialect.Dialect;
import earshot.dialect.TokenVerifier;
import earshot.dialect.graphwiz.CustomHook;
import earshot.dialect.graphwiz.GraphwizConfig;
import earshot.dialect.graphwiz.GraphwizDialect;
import earshot.dialect.summit.SummitConfig;
import earshot.dialect.summit.SummitDialect;
import earshot.dialect.threadkit.ThreadkitDialect;
import earshot.dialect.waddle.WaddleConfig;
import earshot.dialect.waddle.WaddleDialect;
import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each dialect's clients read of what another's wrote: every one to every other (DECISIONS 14). */
final class RenderingTest {
    private static final TokenVerifier NOBODY = _ -> new TokenVerifier.Verdict.Invalid(TokenVerifier.Reason.MALFORMED);
    private static final RoomId LOBBY = new RoomId(RoomId.MEETING, "", "public:lobby");
    private static final ManualClock CLOCK = new ManualClock();
    private static final Map<String, Dialect> DIALECTS = dialects();

    /**
     * A message, and a piece of what each reads.
     *
     * @param by in whose words it was written
     */
    private record Row(String by, @Nullable String json, String text, Map<String, String> read) {}

    private static final List<Row> TABLE = List.of(
            new Row(
                    "summit",
                    "{\"type\":\"comment\",\"text\":\"a <b>\"}",
                    "a <b>",
                    Map.of(
                            "summit", "\"payload\":{\"type\":\"comment\",\"text\":\"a <b>\"}",
                            "waddle", "\"content\":\"a <b>\"",
                            "threadkit", "a &lt;b&gt;",
                            "graphwiz", "a <b>")),
            new Row(
                    "summit",
                    "\"only a string\"",
                    "only a string",
                    Map.of(
                            "summit", "\"payload\":\"only a string\"",
                            "waddle", "\"content\":\"only a string\"",
                            "threadkit", "only a string",
                            "graphwiz", "only a string")),
            new Row(
                    "summit",
                    "{\"n\":1}",
                    "{\"n\":1}",
                    Map.of(
                            "summit", "\"payload\":{\"n\":1}",
                            "waddle", "\"content\":\"{\\\"n\\\":1}\"",
                            "threadkit", "{\\\"n\\\":1}",
                            "graphwiz", "{\"n\":1}")),
            new Row(
                    "waddle",
                    "{\"content\":\"from a channel\",\"threadId\":\"t1\"}",
                    "from a channel",
                    Map.of(
                            "summit", "\"payload\":{\"text\":\"from a channel\",\"username\":\"Ada\"}",
                            "waddle", "\"content\":\"from a channel\"",
                            "threadkit", "from a channel",
                            "graphwiz", "from a channel")),
            new Row(
                    "threadkit",
                    null,
                    "from a page",
                    Map.of(
                            "summit", "\"payload\":{\"text\":\"from a page\",\"username\":\"Ada\"}",
                            "waddle", "\"content\":\"from a page\"",
                            "threadkit", "from a page",
                            "graphwiz", "from a page")),
            new Row(
                    "graphwiz",
                    null,
                    "from XR",
                    Map.of(
                            "summit", "\"payload\":{\"text\":\"from XR\",\"username\":\"Ada\"}",
                            "waddle", "\"content\":\"from XR\"",
                            "threadkit", "from XR",
                            "graphwiz", "from XR")));

    @Test
    void everyMessage_isReadInEveryDialect() {
        for (Row row : TABLE) {
            Message message = message(row);
            row.read.forEach((dialect, piece) -> assertThat(said(dialect, message))
                    .as("%s of %s in %s", row.text, row.by, dialect)
                    .contains(piece));
        }
    }

    /** Clients of threadkit know nothing but UUIDs; those of summit never see a tenant in a user. */
    @Test
    void ids_areReadAsEachKnowsThem() {
        Message message = message(TABLE.getFirst());
        String uuid = NameUuid.of("summit", "acme:ada").toString();
        assertThat(said("threadkit", message)).contains(uuid);
        assertThat(said("summit", message)).contains("\"from\":\"ada\"").contains("\"room\":\"public:lobby\"");
        assertThat(said("waddle", message)).contains("\"userId\":\"acme:ada\"");
        assertThat(said("graphwiz", message)).contains("summit:acme:ada");
    }

    @Test
    void deleted_isReadByNobody() {
        Message gone = message(TABLE.getFirst()).blanked();
        for (String dialect : List.of("summit", "waddle", "threadkit", "graphwiz"))
            assertThat(said(dialect, gone)).isEmpty();
    }

    private static String said(String dialect, Message message) {
        StringBuilder all = new StringBuilder();
        Dialect speaker = DIALECTS.get(dialect);
        assertThat(speaker).as(dialect).isNotNull();
        for (var frame : speaker.encode(new KeptEvent.MessagePosted(message), 0)) all.append(frame.asText());
        return all.toString();
    }

    private static Message message(Row v) {
        String id = v.by.equals("threadkit")
                ? "11111111-1111-4111-8111-111111111111"
                : v.by.equals("summit") ? "acme:ada" : "ada";
        Body body = v.json == null
                ? null
                : new Body(
                        v.by,
                        v.by.equals("summit") ? "application/json; persistent" : "application/json",
                        v.json.getBytes(StandardCharsets.UTF_8));
        return new Message(
                "00000000-0000-4000-8000-000000000001",
                LOBBY,
                new Position(1, 1),
                Profile.named(new UserId(v.by, id), "Ada"),
                v.text,
                null,
                null,
                1_751_447_550_000L,
                body,
                0,
                0,
                false);
    }

    private static Map<String, Dialect> dialects() {
        var threadkit = new ThreadkitDialect(
                ServerConfig.read(Sources.NOTHING, (_, name) -> name + "-secret")
                        .threadkit()
                        .dialect(),
                _ -> java.util.concurrent.CompletableFuture.completedStage(java.util.Optional.empty()),
                new MemoryUserBook(),
                NOBODY,
                new AsNamed(),
                CLOCK,
                Meter.NONE);
        var waddle = new WaddleDialect(new WaddleDialect.Parts(
                WaddleConfig.DEFAULT,
                NOBODY,
                new MemoryUserBook(),
                new AsNamed(),
                CLOCK,
                () -> "m",
                Meter.NONE,
                false));
        var summit = new SummitDialect(
                SummitConfig.DEFAULT,
                new SummitDialect.Surroundings(
                        NOBODY,
                        new AsNamed(),
                        CLOCK,
                        () -> "m",
                        () -> "s",
                        () -> 1000,
                        () -> false,
                        null,
                        ResumeBook.NONE,
                        new MemoryHistory(CLOCK),
                        Meter.NONE));
        var graphwiz = new GraphwizDialect(
                GraphwizConfig.DEFAULT,
                new GraphwizDialect.Surroundings(
                        1,
                        false,
                        NOBODY,
                        new AsNamed(),
                        new ManualLoops(CLOCK, 1),
                        CLOCK,
                        () -> "m",
                        java.util.concurrent.CompletableFuture::new,
                        () -> {},
                        _ -> null,
                        CustomHook.NONE,
                        Meter.NONE));
        return Map.of("threadkit", threadkit, "waddle", waddle, "summit", summit, "graphwiz", graphwiz);
    }

    private static final class AsNamed implements Realms {
        @Override
        public RoomId resolve(String dialect, String tenant, String name) {
            return new RoomId(dialect, tenant, name);
        }

        @Override
        public RoomRules rules(RoomId room) {
            throw new UnsupportedOperationException();
        }
    }
}
