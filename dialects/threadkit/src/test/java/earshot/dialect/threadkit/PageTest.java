package earshot.dialect.threadkit;

import static earshot.dialect.threadkit.TestWorld.ANN;
import static earshot.dialect.threadkit.TestWorld.BOB;
import static earshot.dialect.threadkit.TestWorld.COMMENT;
import static earshot.dialect.threadkit.TestWorld.PAGE;
import static earshot.dialect.threadkit.TestWorld.PARENT;
import static earshot.dialect.threadkit.TestWorld.ROOM;
import static earshot.dialect.threadkit.TestWorld.json;
import static earshot.dialect.threadkit.TestWorld.page;
import static earshot.dialect.threadkit.TestWorld.subscribe;
import static earshot.dialect.threadkit.TestWorld.typing;
import static earshot.dialect.threadkit.TestWorld.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.message.RoomId;
import earshot.core.testkit.Seeds;
import earshot.dialect.threadkit.PageWorld.Reader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** WIRE.md, order and traps: readers of one page, through a real node. */
final class PageTest {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 20_000 : 300;

    private final PageWorld world = new PageWorld(null);

    private Reader on(String token) {
        Reader reader = world.connect(token);
        reader.says(subscribe(PAGE));
        world.settle();
        return reader;
    }

    // ---- who is here

    @Test
    void connected_isTheFirstFrameAndPresenceTheSecond() {
        assertThat(on("ann").methods()).containsExactly("connected", "presence");
    }

    /** T-1. */
    @Test
    void joiner_isNotToldOfItself() {
        Reader ann = on("ann");
        world.pass(Duration.ofSeconds(5));
        assertThat(ann.last()).isEqualTo(json(GoldenFrames.PRESENCE));
        assertThat(ann.counted).containsEntry(PAGE, 1);
    }

    @Test
    void secondUser_isAnnouncedAndSeesBoth() {
        Reader ann = on("ann");
        Reader bob = on("bob");
        world.pass(Duration.ofSeconds(1));
        assertThat(ann.last()).isEqualTo(json(GoldenFrames.JOINED));
        assertThat(bob.shown.get(PAGE)).containsExactlyInAnyOrder(ANN, BOB);
    }

    @Test
    void leaver_isToldToOthersOnly() {
        Reader ann = on("ann");
        Reader bob = on("bob");
        bob.says(unsubscribe(PAGE));
        world.pass(Duration.ofMillis(400));
        assertThat(ann.last()).isEqualTo(json(GoldenFrames.LEFT));
        assertThat(bob.methods()).containsExactly("connected", "presence");
    }

    @Test
    void endOfTheClient_isToldAtOnce() {
        Reader ann = on("ann");
        on("bob").ends(CloseReason.CLIENT_LEFT);
        world.pass(Duration.ofMillis(400));
        assertThat(ann.last()).isEqualTo(json(GoldenFrames.LEFT));
    }

    @Test
    void anonymousAndNameless_areNeitherShownNorAnnounced() {
        Reader ann = on("ann");
        Reader anonymous = on("");
        Reader nameless = on("nobody");
        anonymous.ends(CloseReason.CLIENT_LEFT);
        nameless.says(unsubscribe(PAGE));
        world.pass(Duration.ofSeconds(5));
        assertThat(ann.methods()).containsExactly("connected", "presence");
        assertThat(anonymous.shown.get(PAGE)).containsExactly(ANN);
        assertThat(nameless.shown.get(PAGE)).containsExactly(ANN);
    }

    @Test
    void anonymousAlone_seesNobody() {
        assertThat(on("").last().at("/params/users")).isEmpty();
    }

    /** T-3. */
    @Test
    void secondTab_isSilent() {
        Reader bob = on("bob");
        Reader first = on("ann");
        Reader second = on("ann");
        assertThat(second.shown.get(PAGE)).containsExactlyInAnyOrder(ANN, BOB);
        first.ends(CloseReason.CLIENT_LEFT);
        world.pass(Duration.ofSeconds(5));
        assertThat(bob.methods()).containsExactly("connected", "presence", "user_joined");
        second.ends(CloseReason.CLIENT_LEFT);
        world.pass(Duration.ofSeconds(5));
        assertThat(bob.methods()).containsExactly("connected", "presence", "user_joined", "user_left");
    }

    /** T-4. */
    @Test
    void leaveAndRejoinAtOnce_endsPresent() {
        Reader bob = on("bob");
        Reader ann = on("ann");
        ann.says(unsubscribe(PAGE));
        ann.says(subscribe(PAGE));
        world.pass(Duration.ofSeconds(5));
        assertThat(bob.shown.get(PAGE)).containsExactlyInAnyOrder(ANN, BOB);
        assertThat(ann.shown.get(PAGE)).containsExactlyInAnyOrder(ANN, BOB);
        assertThat(ann.methods()).containsExactly("connected", "presence", "presence");
    }

    /** T-21. */
    @Test
    void idleReader_thatReturns_isSilent() {
        Reader bob = on("bob");
        on("ann").ends(CloseReason.IDLE);
        world.pass(Duration.ofSeconds(3));
        Reader again = on("ann");
        world.pass(Duration.ofSeconds(10));
        assertThat(bob.methods()).containsExactly("connected", "presence", "user_joined");
        again.ends(CloseReason.IDLE);
        world.pass(Duration.ofSeconds(5));
        assertThat(bob.methods()).containsExactly("connected", "presence", "user_joined", "user_left");
    }

    /** T-19. */
    @Test
    void anySite_mayLookAtAnyPage() {
        Reader ann = on("ann");
        Reader other = world.connect(TestWorld.SECRET_KEY, "bob");
        other.says(subscribe(PAGE.toUpperCase(java.util.Locale.ROOT)));
        world.pass(Duration.ofSeconds(1));
        assertThat(ann.shown.get(PAGE)).containsExactlyInAnyOrder(ANN, BOB);
    }

    // ---- typing

    @Test
    void typist_doesNotHearItself() {
        Reader ann = on("ann");
        Reader annsOtherTab = on("ann");
        Reader reader = on("");
        ann.says(typing(PAGE, "null"));
        world.pass(Duration.ofSeconds(10));
        assertThat(reader.last()).isEqualTo(json(GoldenFrames.TYPING));
        assertThat(ann.methods()).doesNotContain("typing");
        assertThat(annsOtherTab.methods()).doesNotContain("typing");
    }

    @Test
    void typing_withinHalfASecond_isNotRepeated() {
        Reader ann = on("ann");
        Reader reader = on("");
        for (int i = 0; i < 4; i++) {
            ann.says(typing(PAGE, "null"));
            world.pass(Duration.ofMillis(100));
        }
        assertThat(typings(reader)).hasSize(1);
    }

    @Test
    void typing_goingOn_isToldAgain() {
        Reader ann = on("ann");
        Reader reader = on("");
        for (int i = 0; i < 4; i++) {
            ann.says(typing(PAGE, "null"));
            world.pass(Duration.ofSeconds(1));
        }
        assertThat(typings(reader)).hasSize(4);
    }

    /** T-17. */
    @Test
    void typing_withAnotherParent_isToldAtOnce() {
        Reader ann = on("ann");
        Reader reader = on("");
        ann.says(typing(PAGE, "null"));
        ann.says(typing(PAGE, "\"" + PARENT + "\""));
        world.pass(Duration.ofMillis(100));
        assertThat(typings(reader)).containsExactly("null", PARENT);
    }

    private static List<String> typings(Reader reader) {
        return reader.frames.stream()
                .filter(f -> f.get("method").stringValue().equals("typing"))
                .map(f -> f.at("/params/reply_to").asString("null"))
                .toList();
    }

    // ---- comments

    @Test
    void everyEventOfTheProduct_reachesEverybody() {
        List<Reader> readers = List.of(on("ann"), on("ann"), on("bob"), on(""), on("nobody"));
        String id = "\"comment_id\":\"" + COMMENT + "\"";
        publish("new_comment", "{\"comment\":" + GoldenFrames.COMMENT + "}");
        publish("vote_update", "{" + id + ",\"upvotes\":3,\"downvotes\":1}");
        publish("pin_update", "{" + id + ",\"pinned\":true,\"pinned_at\":1765258377000}");
        publish("edit_comment", "{" + id + ",\"content\":\"ho\",\"content_html\":\"<p>ho</p>\"}");
        publish("delete_comment", "{" + id + "}");
        for (Reader reader : readers) {
            assertThat(reader.methods())
                    .endsWith("new_comment", "vote_update", "pin_update", "edit_comment", "delete_comment");
            assertThat(reader.frames)
                    .contains(
                            json(GoldenFrames.NEW_COMMENT),
                            json(GoldenFrames.VOTE_UPDATE),
                            json(GoldenFrames.EDIT_COMMENT),
                            json(GoldenFrames.DELETE_COMMENT));
        }
    }

    @Test
    void changesOfAnUnknownComment_areToldAllTheSame() {
        Reader reader = on("");
        String id = "\"comment_id\":\"" + COMMENT + "\"";
        publish("edit_comment", "{" + id + ",\"content\":\"ho\",\"content_html\":\"<p>ho</p>\"}");
        publish("pin_update", "{" + id + ",\"pinned\":true,\"pinned_at\":1765258377000}");
        publish("vote_update", "{" + id + ",\"upvotes\":3,\"downvotes\":1}");
        publish("delete_comment", "{" + id + "}");
        assertThat(reader.frames.subList(2, reader.frames.size()))
                .containsExactly(
                        json(GoldenFrames.EDIT_COMMENT),
                        json(GoldenFrames.PIN_UPDATE),
                        json(GoldenFrames.VOTE_UPDATE),
                        json(GoldenFrames.DELETE_COMMENT));
    }

    @Test
    void comments_areInOneOrderForAll() {
        List<Reader> readers = List.of(on("ann"), on("bob"), on(""));
        for (int i = 0; i < 50; i++) {
            world.published(ROOM, envelope("new_comment", "{\"comment\":{\"i\":\"" + page(i) + "\"}}"));
        }
        world.settle();
        List<String> first = comments(readers.getFirst());
        assertThat(first).hasSize(50);
        for (Reader reader : readers) assertThat(comments(reader)).isEqualTo(first);
    }

    @Test
    void commentOnAPageThatNobodyWatches_isNoTrouble() {
        world.published(new RoomId("threadkit", "", page(5)), envelope("new_comment", "{\"comment\":{\"i\":\"c\"}}"));
        Reader reader = on("");
        world.settle();
        assertThat(reader.methods()).containsExactly("connected", "presence");
    }

    @Test
    void afterUnsubscribe_nothingOfThePageIsHeard() {
        Reader reader = on("");
        reader.says(unsubscribe(PAGE));
        world.settle();
        publish("new_comment", "{\"comment\":{\"i\":\"c\"}}");
        assertThat(reader.methods()).containsExactly("connected", "presence");
    }

    private static List<String> comments(Reader reader) {
        List<String> ids = new ArrayList<>();
        reader.frames.forEach(f -> {
            if (f.at("/params/comment/i").isString())
                ids.add(f.at("/params/comment/i").stringValue());
        });
        return ids;
    }

    private void publish(String type, String data) {
        world.published(ROOM, envelope(type, data));
        world.pass(Duration.ofMillis(50));
    }

    private static String envelope(String type, String data) {
        return "{\"type\":\"" + type + "\",\"page_id\":\"" + PAGE + "\",\"data\":" + data + "}";
    }

    // ---- counting

    /** T-2, and section "Order": whatever happens in whatever order, a client that only counts ends with the right number. */
    @Test
    void anySequence_isCountedExactly() {
        long first = Seeds.first();
        for (long seed = first; seed < first + ROUNDS; seed++) {
            try {
                new Play(new Random(seed)).run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /** Readers that come, look, look away and go, on loops that run in any order. */
    private static final class Play {
        private static final List<String> TOKENS = List.of("ann", "bob", "", "nobody");
        private static final Map<String, String> VISIBLE = Map.of("ann", ANN, "bob", BOB);

        private final Random random;
        private final PageWorld world;
        private final Map<Reader, String> tokens = new HashMap<>();
        private final Map<Reader, Set<String>> looking = new HashMap<>();

        Play(Random random) {
            this.random = random;
            this.world = new PageWorld(random);
        }

        void run() {
            for (int step = 0; step < 60; step++) {
                step();
                world.some(random.nextInt(6));
                if (random.nextInt(10) == 0) world.loops.advance(Duration.ofMillis(random.nextInt(6000)));
            }
            world.pass(Duration.ofSeconds(10));
            check();
        }

        private void step() {
            List<Reader> open = tokens.keySet().stream()
                    .filter(r -> r.open)
                    .sorted((a, b) ->
                            Long.compare(a.session.id().serial(), b.session.id().serial()))
                    .toList();
            if (open.isEmpty() || random.nextInt(5) == 0) {
                connect();
                return;
            }
            Reader reader = open.get(random.nextInt(open.size()));
            String page = page(random.nextInt(2));
            switch (random.nextInt(7)) {
                case 0, 1, 2 -> {
                    reader.says(subscribe(page));
                    looking.get(reader).add(page);
                }
                case 3, 4 -> {
                    reader.says(unsubscribe(page));
                    looking.get(reader).remove(page);
                }
                case 5 -> reader.says(typing(page, "null"));
                default -> reader.ends(random.nextBoolean() ? CloseReason.CLIENT_LEFT : CloseReason.IDLE);
            }
        }

        private void connect() {
            String token = TOKENS.get(random.nextInt(TOKENS.size()));
            Reader reader = world.connect(token);
            tokens.put(reader, token);
            looking.put(reader, new HashSet<>());
        }

        private void check() {
            for (Reader reader : tokens.keySet()) {
                if (!reader.open) continue;
                for (String page : looking.get(reader)) {
                    assertThat(reader.shown.get(page)).isEqualTo(here(page));
                    assertThat(reader.counted.get(page)).isEqualTo(here(page).size());
                }
            }
        }

        private Set<String> here(String page) {
            Set<String> users = new TreeSet<>();
            tokens.forEach((reader, token) -> {
                boolean visible = reader.open && looking.get(reader).contains(page) && VISIBLE.containsKey(token);
                if (visible) users.add(VISIBLE.get(token));
            });
            return users;
        }
    }
}
