package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Position;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What must be true in the end of a {@link CrashWorld}. */
final class CrashCheck {
    private CrashCheck() {}

    /** @param text without padding */
    record Entry(String id, Position position, String text) {}

    /** The whole of a room, as somebody reads it who begins at the start. */
    static List<Entry> history(CrashWorld world, String realm, String room) throws IOException {
        Api api = new Api(world.server(), CrashWorld.API_KEY);
        List<Entry> all = new ArrayList<>();
        Position after = Position.START;
        while (true) {
            String path = Api.messages(realm, URLEncoder.encode(room, StandardCharsets.UTF_8));
            JsonNode page = api.get(path + "?limit=1000&after=" + after);
            for (JsonNode m : page.path("messages")) {
                after = Position.parse(m.path("position").asString());
                all.add(new Entry(
                        m.path("id").asString(),
                        after,
                        CrashWorld.unpadded(m.path("text").asString())));
            }
            if (page.path("complete").asBoolean()) return all;
        }
    }

    /** Of the databases; 0 where there are none. */
    static long epoch(CrashWorld world) {
        if (world.promise == CrashWorld.Promise.MEMORY) return 0;
        String url = "jdbc:sqlite:" + world.server().data().resolve("messages.db");
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet row =
                        connection.createStatement().executeQuery("SELECT value FROM state WHERE name = 'epoch'")) {
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Epochs change exactly when they must. */
    static void epoch(CrashWorld world, long before, long after, int least, int most) {
        if (world.promise == CrashWorld.Promise.ASYNC)
            assertThat(after).as("%s: the epoch after %s", world, before).isBetween(before + least, before + most);
        else assertThat(after).as("%s: the epoch", world).isEqualTo(before);
    }

    static String all(CrashWorld world, List<Entry> history) throws InterruptedException {
        List<String> ids = history.stream().map(Entry::id).toList();
        List<String> texts = history.stream().map(Entry::text).toList();
        List<Long> epochs = history.stream().map(e -> e.position().epoch()).toList();
        assertThat(ids).as("%s: ids", world).doesNotHaveDuplicates();
        assertThat(texts).as("%s: messages", world).doesNotHaveDuplicates();
        positions(world, history);
        int lost = 0;
        for (ChannelWriter writer : world.writers) lost += writer(world, writer, texts);
        lost += posted(world, world.posters.getFirst(), texts);
        return world.ask(() -> {
                    for (ChannelReader reader : world.readers) reader(world, reader, ids);
                    for (Visitor visitor : world.visitors) visitor.segment().check(ids, epochs, world.mayForget());
                    for (Segment s : world.page.segments(CrashWorld.LOBBY_PAGE))
                        s.check(ids, epochs, world.mayForget());
                    for (Segment s : world.page.segments(CrashWorld.PLAIN_PAGE)) oneAfterTheOther(world, s);
                    int resumed = world.readers.stream()
                            .mapToInt(ChannelReader::resumed)
                            .sum();
                    return texts.size() + " kept, " + resumed + " resumes, " + world.visitors.size() + " newcomers";
                })
                + (lost > 0 ? ", " + lost + " acknowledged and forgotten" : "");
    }

    private static void positions(CrashWorld world, List<Entry> history) {
        Position before = Position.START;
        for (Entry entry : history) {
            assertThat(entry.position()).as("%s: after %s", world, before).isGreaterThan(before);
            before = entry.position();
        }
    }

    /** How many acknowledged messages are not there. */
    private static int writer(CrashWorld world, ChannelWriter writer, List<String> texts) {
        List<Integer> kept = texts.stream()
                .filter(t -> t.startsWith(writer.name() + " "))
                .map(t -> Integer.parseInt(t.substring(writer.name().length() + 1)))
                .toList();
        assertThat(kept).as("%s: %s in its order", world, writer.name()).isSorted();
        Set<Integer> there = new HashSet<>(kept);
        Map<Integer, Integer> forgottenFrom = new HashMap<>();
        int lost = 0;
        for (ChannelWriter.Acknowledged a : world.ask(() -> List.copyOf(writer.acknowledged()))) {
            if (!there.contains(a.number())) {
                lost++;
                forgottenFrom.putIfAbsent(a.incarnation(), a.number());
            } else if (forgottenFrom.containsKey(a.incarnation())) {
                throw new AssertionError("%s: %s is there, and %s of before is not"
                        .formatted(world, writer.text(a.number()), forgottenFrom.get(a.incarnation())));
            }
        }
        if (!world.mayForget())
            assertThat(lost)
                    .as("%s: acknowledged by %s, and lost", world, writer.name())
                    .isZero();
        return lost;
    }

    private static int posted(CrashWorld world, Poster poster, List<String> texts) throws InterruptedException {
        List<String> answered =
                poster.finish().stream().map(Poster.Posted::text).toList();
        List<String> lost = new ArrayList<>(answered);
        lost.removeAll(new HashSet<>(texts));
        if (!world.mayForget())
            assertThat(lost).as("%s: answered, and lost", world).isEmpty();
        return lost.size();
    }

    private static void reader(CrashWorld world, ChannelReader reader, List<String> ids) {
        List<String> mine = reader.history();
        int from = ids.indexOf(mine.getFirst());
        assertThat(mine).as("%s: a resuming reader", world).isEqualTo(ids.subList(from, ids.size()));
        assertThat(reader.forgotten()).as("%s: unknown when asked for", world).doesNotContainAnyElementsOf(ids);
    }

    /** One back end posts there, one comment after the other. */
    private static void oneAfterTheOther(CrashWorld world, Segment segment) {
        List<Integer> numbers = segment.heard.stream()
                .map(t -> Integer.parseInt(t.substring(t.indexOf(' ') + 1)))
                .toList();
        for (int i = 1; i < numbers.size(); i++)
            assertThat(numbers.get(i)).as("%s: %s", world, segment).isEqualTo(numbers.get(i - 1) + 1);
    }
}
