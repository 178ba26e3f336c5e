package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.room.Meetings;
import earshot.core.testkit.FaultProxy;
import earshot.core.testkit.Seeds;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

/**
 * A whole server behind a network that stalls, splits, delays, slows, half-closes and resets at random, with clients of both dialects in rooms
 * that they share. When it is calm again everybody has the history that a reader on a good line has, once and in order, sees who is there and
 * nobody else, and the server holds nothing of what was. {@code -Dearshot.seed} repeats the faults, though not how threads are scheduled.
 */
class BadNetworkTest {
    private static final boolean LONG = Boolean.getBoolean("earshot.long");
    private static final int HARMS = LONG ? 12_000 : 300;
    private static final int HARM_EVERY_MILLIS = 12;
    private static final int LONGEST_STALL_MILLIS = LONG ? 20_000 : 1_200;
    private static final int MEMBERS_PER_CHANNEL = LONG ? 50 : 12;
    private static final int COMMENTERS = LONG ? 50 : 12;
    private static final int LONGEST_SILENCE_MILLIS = LONG ? 2_000 : 200;
    private static final Duration RECOVERY = Duration.ofSeconds(LONG ? 120 : 40);

    private static final String LOBBY = "public:lobby";
    private static final List<String> CHANNELS = List.of(LOBBY, "storm-1", "storm-2");
    private static final String PAGE =
            Meetings.uuidOf(new RoomId(RoomId.MEETING, "", LOBBY)).toString();

    @TempDir
    Path directory;

    private final long seed = Seeds.first();

    /** On a good line, from the start, one per channel. */
    private final Map<String, ReturningMember> readers = new HashMap<>();

    private final Map<String, List<ReturningMember>> members = new HashMap<>();
    private final List<ReturningCommenter> commenters = new ArrayList<>();
    private final List<Thread> speakers = new ArrayList<>();
    private final AtomicBoolean speaking = new AtomicBoolean(true);
    private final AtomicInteger posted = new AtomicInteger();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void storm_everybodyEndsWithTheSameHistory_andNothingIsLeft() throws Exception {
        System.out.println("BadNetworkTest seed " + seed);
        try (RunningServer server = RunningServer.start(directory);
                FaultProxy proxy = new FaultProxy(server.address(), seed)) {
            addReaders(server.address());
            int descriptors = server.descriptors();
            gather(proxy, new Commenters(server));
            proxy.storm(HARM_EVERY_MILLIS, LONGEST_STALL_MILLIS);
            startSpeaking(proxy, server.apiKey());
            Duration patience = Duration.ofMillis(20L * HARM_EVERY_MILLIS * HARMS);
            await("the storm is over", patience, proxy::done, () -> harms(proxy) >= HARMS);
            proxy.calm();
            speaking.set(false);
            for (Thread speaker : speakers) speaker.join();
            System.out.println("BadNetworkTest " + proxy.done() + ", " + connections() + " connections");

            for (String channel : CHANNELS) assertSameHistory(channel);
            assertPagesHeardWithoutHoles();
            assertPresence(server);
            leaveHalf();
            assertPresence(server);
            leaveAll();
            assertNothingIsLeft(server, descriptors);
        }
    }

    private void await(String what, Duration within, Supplier<?> state, BooleanCheck condition) {
        Await.until(what + " (seed " + seed + ")", within, state, () -> {
            try {
                return condition.holds();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private interface BooleanCheck {
        boolean holds() throws IOException;
    }

    private static int harms(FaultProxy proxy) {
        return proxy.done().values().stream().mapToInt(AtomicInteger::get).sum();
    }

    private int connections() {
        return everyMember().stream().mapToInt(ReturningMember::connections).sum()
                + commenters.stream().mapToInt(ReturningCommenter::connections).sum();
    }

    private List<ReturningMember> everyMember() {
        return members.values().stream().flatMap(List::stream).toList();
    }

    // Who is there.

    /** The first message of each channel is theirs, so that everybody has something to sync after. */
    private void addReaders(InetSocketAddress address) {
        for (String channel : CHANNELS) {
            ReturningMember reader = new ReturningMember(address, channel, "reader");
            readers.put(channel, reader);
            reader.publish("begin");
        }
        readers.values()
                .forEach(reader -> await(
                        "a beginning",
                        RECOVERY,
                        () -> reader,
                        () -> reader.isSettled() && !reader.heard().isEmpty()));
    }

    private void gather(FaultProxy proxy, Commenters site) {
        for (String channel : CHANNELS) {
            List<ReturningMember> here = new ArrayList<>();
            for (int i = 0; i < MEMBERS_PER_CHANNEL; i++)
                here.add(new ReturningMember(
                        proxy.address(), channel, "m" + i + "-" + channel.charAt(channel.length() - 1)));
            members.put(channel, here);
        }
        for (int i = 0; i < COMMENTERS; i++) {
            String user = "77777777-0000-4000-8000-%012d".formatted(i);
            commenters.add(new ReturningCommenter(proxy.address(), site.pathOf(user), user, PAGE));
        }
        await(
                "all are in",
                RECOVERY,
                this::everybody,
                () -> everyMember().stream().allMatch(ReturningMember::isSettled)
                        && commenters.stream().allMatch(ReturningCommenter::isSubscribed));
    }

    private List<Object> everybody() {
        List<Object> all = new ArrayList<>(everyMember());
        all.addAll(readers.values());
        all.addAll(commenters);
        return all;
    }

    // What is said.

    private void startSpeaking(FaultProxy proxy, String apiKey) {
        Random random = new Random(seed + 1);
        for (ReturningMember member : everyMember())
            speak(random.nextLong(), n -> member.publish(member.user() + " " + n));
        speak(random.nextLong(), n -> post(proxy, apiKey, n));
    }

    private void speak(long ownSeed, IntConsumer say) {
        Random random = new Random(ownSeed);
        speakers.add(Thread.ofVirtual().start(() -> {
            for (int n = 0; speaking.get(); n++) {
                say.accept(n);
                FaultProxy.pause(1 + random.nextInt(LONGEST_SILENCE_MILLIS));
            }
        }));
    }

    /** A back end repeats a call that brought no answer, under the same key. */
    private void post(FaultProxy proxy, String apiKey, int number) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + proxy.address().getPort() + Api.messages("threadkit", PAGE)))
                .timeout(Duration.ofSeconds(2))
                .header("authorization", "Bearer " + apiKey)
                .header("content-type", "application/json")
                .header("idempotency-key", "post-" + number)
                .POST(BodyPublishers.ofString(Api.said("Bea " + number)))
                .build();
        while (true) {
            try {
                if (http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200) break;
            } catch (IOException _) {
                // once more
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            FaultProxy.pause(20);
        }
        posted.incrementAndGet();
    }

    // What must hold.

    private void assertSameHistory(String channel) {
        ReturningMember reader = readers.get(channel);
        List<ReturningMember> here = members.get(channel);
        await(
                "all have the history of " + channel,
                RECOVERY,
                this::everybody,
                () -> reader.isSettled()
                        && here.stream().allMatch(ReturningMember::isSettled)
                        && here.stream().allMatch(member -> member.heard().equals(reader.heard())));
        Collection<String> texts = reader.heard().values();
        assertThat(reader.heard().firstKey()).isEqualTo(1);
        assertThat(reader.heard().lastKey()).as("no holes, seed %d", seed).isEqualTo(texts.size());
        assertThat(texts).as("seed %d", seed).doesNotHaveDuplicates();
        for (ReturningMember member : here)
            assertThat(said(texts, member.user()))
                    .as("seed %d, %s", seed, member)
                    .isEqualTo(member.published());
        if (channel.equals(LOBBY))
            assertThat(said(texts, "Bea")).as("seed %d", seed).isEqualTo(posted.get());
    }

    /** How much somebody said; it must be in its order, and without a hole. */
    private int said(Collection<String> texts, String user) {
        List<Integer> numbers = texts.stream()
                .filter(text -> text.startsWith(user + " "))
                .map(text -> Integer.parseInt(text.substring(user.length() + 1)))
                .toList();
        for (int i = 0; i < numbers.size(); i++)
            assertThat(numbers.get(i)).as("of %s, seed %d", user, seed).isEqualTo(i);
        return numbers.size();
    }

    /** What a page heard on one connection is a piece of the room's history, in one piece; what is said now all of them hear. */
    private void assertPagesHeardWithoutHoles() {
        ReturningMember reader = readers.get(LOBBY);
        reader.publish("the end");
        await(
                "all pages hear the end",
                RECOVERY,
                this::everybody,
                () -> commenters.stream()
                        .allMatch(c -> c.isSubscribed() && c.heard().getLast().contains("the end")));
        await("so does the reader", RECOVERY, () -> reader, () -> reader.heard().containsValue("the end"));
        List<String> texts = List.copyOf(reader.heard().values());
        for (ReturningCommenter commenter : commenters)
            for (List<String> piece : commenter.heard()) {
                int from = piece.isEmpty() ? 0 : texts.indexOf(piece.getFirst());
                assertThat(piece)
                        .as("%s, seed %d", commenter, seed)
                        .isEqualTo(texts.subList(from, from + piece.size()));
            }
    }

    private void assertPresence(RunningServer server) {
        Api api = new Api(server, server.apiKey());
        for (String channel : CHANNELS) {
            int expected = 1 + members.get(channel).size() + (channel.equals(LOBBY) ? commenters.size() : 0);
            await(
                    "those who are in " + channel + " are seen",
                    RECOVERY,
                    this::everybody,
                    () -> api.get("/v1/waddle/presence?room=" + channel)
                                    .path("counts")
                                    .path(channel)
                                    .asInt()
                            == expected);
        }
        int expected = 1 + members.get(LOBBY).size() + commenters.size();
        await(
                "all pages see the same " + expected,
                RECOVERY,
                this::everybody,
                () -> commenters.stream()
                        .allMatch(c -> c.isSubscribed()
                                && c.here().size() == expected
                                && c.here().equals(commenters.getFirst().here())));
        Set<String> here = commenters.getFirst().here();
        assertThat(here)
                .containsAll(commenters.stream().map(ReturningCommenter::user).toList());
    }

    private void leaveHalf() throws IOException {
        for (List<ReturningMember> here : members.values())
            for (int i = 0; i < MEMBERS_PER_CHANNEL / 2; i++) here.removeLast().close();
        for (int i = 0; i < COMMENTERS / 2; i++) commenters.removeLast().close();
    }

    private void leaveAll() throws IOException {
        for (ReturningMember member : everyMember()) member.close();
        for (ReturningCommenter commenter : commenters) commenter.close();
        http.close();
    }

    private void assertNothingIsLeft(RunningServer server, int descriptors) throws IOException {
        await(
                "descriptors are back at " + descriptors,
                RECOVERY,
                server::descriptors,
                () -> server.descriptors() <= descriptors);
        for (ReturningMember reader : readers.values()) reader.close();
        for (String gauge : List.of(
                "websocket_active_connections",
                "websocket_active_rooms",
                "websocket_room_subscriptions",
                "earshot_sessions_lagging",
                "earshot_budget_bytes",
                "earshot_ring_bytes")) await(gauge + " is 0", RECOVERY, () -> gauge, () -> server.metric(gauge) == 0);
        assertThat(server.metric("earshot_faults_total")).as("seed %d", seed).isZero();
        assertThat(server.output())
                .as("seed %d", seed)
                .doesNotContain("Exception")
                .doesNotContain("WARNING");
        assertThat(new ObjectMapper()
                        .readTree(server.get("/health").body())
                        .path("status")
                        .asString())
                .isEqualTo("healthy");
    }
}
