package earshot.dialect.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import earshot.core.message.Body;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.testkit.Seeds;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every dialect must hold, whatever it speaks. A dialect's test extends this and says how its client connects and what it may send.
 *
 * <p>Sequences are random and their seed is in the failure's description; to play one again, return it from {@link #firstSeed}. Inputs that
 * once broke something are kept as files in {@code src/test/resources/fuzz/<dialect>/} (one text frame each; {@code *.bin}: a binary one) and
 * are played in every build.
 */
public abstract class ConversationContract {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 20_000 : 200;
    private static final int STEPS = 40;

    /**
     * A dialect as new. Must be deterministic: two of them that hear the same do the same (clocks stand still or count, ids count), since a
     * frozen conversation is compared with one that was not.
     */
    protected abstract Dialect newDialect();

    /** A handshake that is let in, with everything the token can permit. */
    protected abstract HandshakeRequest handshake();

    /** What a client may send: every kind of frame, and the near misses that its protocol file names. */
    protected abstract List<Frame> inputs();

    /** Bodies as the dialect's own clients write them. */
    protected List<Body> bodies() {
        return List.of();
    }

    /** Fails when a frame is not what the protocol's clients can read. */
    protected abstract void checkReadable(Frame frame);

    /** The most that one input may be answered with; a reply from a room counts as an input. */
    protected int maxAnswerBytes() {
        return 2 << 20;
    }

    /** The most that one input may ask. */
    protected int maxAsks() {
        return 64;
    }

    /** The most that a conversation may remember, measured by its frozen form. */
    protected int maxFrozenBytes() {
        return 64 << 10;
    }

    protected long firstSeed() {
        return Seeds.first();
    }

    // ---- any input

    @Test
    final void anyInput_neverThrowsAndStaysBounded() {
        forSeeds(seed -> {
            Play play = new Play(newDialect(), seed);
            play.open();
            for (int i = 0; i < STEPS && !play.closed(); i++) {
                play.step();
                play.checkBounds();
            }
        });
    }

    @Test
    final void savedInputs_neverThrow() throws IOException {
        for (Path file : savedInputs()) {
            byte[] bytes = Files.readAllBytes(file);
            Frame frame = file.toString().endsWith(".bin") ? Frame.binary(bytes) : Frame.text(bytes);
            Play play = new Play(newDialect(), 1);
            play.open();
            play.decode(frame);
            play.answerAll();
            play.decode(frame);
            play.checkBounds();
        }
    }

    @Test
    final void fault_atAnyTime_endsAtMostOnce() {
        forSeeds(seed -> {
            Play play = new Play(newDialect(), seed);
            play.open();
            for (int i = 0; i < seed % 5 && !play.closed(); i++) play.step();
            if (!play.closed()) play.fault();
            play.checkBounds();
        });
    }

    private List<Path> savedInputs() throws IOException {
        Path folder = Path.of("src/test/resources/fuzz", newDialect().name());
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    // ---- freeze and thaw

    @Test
    final void frozenAndThawed_goesOnAsIfNothingHadHappened() {
        forSeeds(seed -> {
            int freezeAt = (int) Math.floorMod(seed, (long) STEPS);
            Play straight = new Play(newDialect(), seed);
            Play frozen = new Play(newDialect(), seed);
            straight.open();
            frozen.open();
            for (int i = 0; i < STEPS && !straight.closed(); i++) {
                if (i == freezeAt) frozen.freezeAndThaw();
                straight.step();
                frozen.step();
                assertThat(frozen.inbox.all())
                        .as("step %d, frozen before step %d", i, freezeAt)
                        .isEqualTo(straight.inbox.all());
                assertThat(frozen.conversation.variant()).isEqualTo(straight.conversation.variant());
            }
        });
    }

    @Test
    final void hears_afterThaw_isTheSame() {
        forSeeds(seed -> {
            Play play = new Play(newDialect(), seed);
            play.open();
            for (int i = 0; i < 10 && !play.closed(); i++) play.step();
            List<Boolean> before = hearing(play);
            play.freezeAndThaw();
            assertThat(hearing(play)).isEqualTo(before);
        });
    }

    @Test
    final void thaw_ofForeignBytes_isAnIOException() {
        forSeeds(seed -> {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            Play play = new Play(newDialect(), seed);
            try {
                play.dialect.thaw(play.inbox.session(), new DataInputStream(new ByteArrayInputStream(bytes)));
            } catch (IOException expected) {
                assertThat(expected).isNotNull();
            }
        });
    }

    private List<Boolean> hearing(Play play) {
        return sampleEvents(play.dialect).stream().map(play.conversation::hears).toList();
    }

    // ---- what members hear

    @Test
    final void encode_ofEveryEventAndVariant_isReadable() {
        Dialect dialect = newDialect();
        for (Event event : sampleEvents(dialect)) {
            for (int variant = 0; variant <= JoinOptions.MAX_VARIANT; variant++) {
                for (Frame frame : dialect.encode(event, variant)) check(frame);
            }
        }
    }

    @Test
    final void encode_twice_givesTheSame() {
        Dialect dialect = newDialect();
        for (Event event : sampleEvents(dialect)) {
            assertThat(dialect.encode(event, 0)).isEqualTo(dialect.encode(event, 0));
        }
    }

    private List<Event> sampleEvents(Dialect dialect) {
        return Samples.events(new RoomId(dialect.name(), "", "lobby"), dialect.name(), bodies());
    }

    private void check(Frame frame) {
        if (frame.kind() == Frame.Kind.TEXT) checkUtf8(frame.bytes());
        checkReadable(frame);
    }

    private static void checkUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new AssertionError("a text frame that is not UTF-8", e);
        }
    }

    // ---- tables

    @Test
    final void farewell_ofEveryReason_canBeSent() {
        Dialect dialect = newDialect();
        for (CloseReason reason : CloseReason.values()) {
            if (dialect.farewell(reason) instanceof Farewell.CloseFrame frame) {
                assertThat(frame.code()).as("%s", reason).isBetween(1000, 4999).isNotIn(1004, 1005, 1006, 1015);
                assertThat(frame.reason().getBytes(StandardCharsets.UTF_8))
                        .as("%s", reason)
                        .hasSizeLessThanOrEqualTo(123);
                frame.before().forEach(this::check);
            }
        }
    }

    @Test
    final void refusal_ofEveryProblem_isAnHttpError() {
        for (Problem problem : Problem.values()) {
            HttpResponse response = newDialect().refusal(problem);
            assertThat(response.status()).as("%s", problem).isBetween(400, 599);
            if (response.body().length > 0) assertThat(response.headers()).containsKey("content-type");
        }
    }

    @Test
    final void limits_areSane() {
        Dialect.LinkLimits limits = newDialect().limits();
        assertThat(limits.maxMessageBytes()).isPositive();
        assertThat(limits.idleMillis()).isNotNegative();
        assertThat(limits.pingMillis()).isNotNegative();
        assertThat(newDialect().name()).matches("[a-z]+");
    }

    // ---- handshakes

    @Test
    final void genuineHandshake_isClaimedAndLetIn() {
        assertThat(newDialect().claims(handshake())).isTrue();
        assertThat(admit(newDialect(), handshake())).isNotInstanceOf(Admission.Refused.class);
    }

    @Test
    final void oddHandshakes_getAnAnswer() {
        List<String> odd = List.of(
                "/",
                "/%",
                "/%ff%fe",
                "/x?%%%",
                "/ws",
                "/channel//websocket",
                "/channel/%2f/websocket",
                "//",
                "/?=&=&",
                "/" + "x".repeat(9000));
        for (String target : odd) {
            HandshakeRequest request = Handshakes.to(target)
                    .header("authorization", "\u0000 ;")
                    .subprotocol("")
                    .build();
            Dialect dialect = newDialect();
            assertThatCode(() -> dialect.claims(request)).doesNotThrowAnyException();
            assertThat(admit(dialect, request)).isNotNull();
        }
    }

    private static Admission admit(Dialect dialect, HandshakeRequest request) {
        return dialect.admit(request)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    // ---- playing

    private interface Seeded {
        void run(long seed) throws IOException;
    }

    private void forSeeds(Seeded property) {
        long first = firstSeed();
        for (long seed = first; seed < first + ROUNDS; seed++) {
            try {
                property.run(Math.abs(seed));
            } catch (IOException | RuntimeException | Error e) {
                throw new AssertionError("seed " + Math.abs(seed) + ": " + e.getMessage(), e);
            }
        }
    }

    /** One conversation with random inputs and random answers of core; the same seed plays the same. */
    private final class Play {
        final Dialect dialect;
        final RecordingInbox inbox;
        Conversation conversation;

        private final Random random;
        private final Mutations mutations;
        private final List<RecordingInbox.Done.Asked> open = new ArrayList<>();
        private boolean closed;

        Play(Dialect dialect, long seed) {
            this.dialect = dialect;
            this.random = new Random(seed);
            this.mutations = new Mutations(random, inputs());
            Admitted admitted = Admitted.to(dialect, handshake());
            this.inbox = new RecordingInbox(admitted.session());
            this.conversation = admitted.conversation();
        }

        void open() {
            conversation.opened(inbox);
            note();
        }

        /** A frame, or the oldest answer that core owes. */
        void step() {
            inbox.clear();
            if (!open.isEmpty() && random.nextInt(3) > 0) answerOldest();
            else conversation.decode(mutations.next(), inbox);
            note();
        }

        void decode(Frame frame) {
            inbox.clear();
            conversation.decode(frame, inbox);
            note();
        }

        void fault() {
            inbox.clear();
            conversation.fault(inbox);
            note();
        }

        void answerAll() {
            for (int i = 0; i < 1000 && !open.isEmpty(); i++) {
                inbox.clear();
                answerOldest();
                note();
            }
        }

        private void answerOldest() {
            RecordingInbox.Done.Asked asked = open.remove(0);
            Command command = asked.command();
            Reply reply = Samples.reply(command, dialect.name(), bodies(), random);
            conversation.onReply(asked.tag(), reply, inbox);
        }

        private void note() {
            inbox.goOn();
            open.addAll(inbox.asked());
            if (!inbox.closes().isEmpty()) closed = true;
        }

        boolean closed() {
            return closed;
        }

        void freezeAndThaw() throws IOException {
            conversation = dialect.thaw(inbox.session(), new DataInputStream(new ByteArrayInputStream(frozen())));
            List<RecordingInbox.Done.Asked> asked = List.copyOf(open);
            open.clear();
            for (var a : asked)
                open.add(new RecordingInbox.Done.Asked(
                        a.command(), new Tag(a.tag().kind(), a.tag().text())));
        }

        private byte[] frozen() throws IOException {
            var bytes = new ByteArrayOutputStream();
            conversation.freeze(new DataOutputStream(bytes));
            return bytes.toByteArray();
        }

        void checkBounds() {
            assertThat(inbox.closes()).hasSizeLessThanOrEqualTo(1);
            assertThat(inbox.answeredBytes()).isLessThanOrEqualTo(maxAnswerBytes());
            assertThat(inbox.asked()).hasSizeLessThanOrEqualTo(maxAsks());
            assertThat(conversation.variant()).isBetween(0, JoinOptions.MAX_VARIANT);
            for (Frame frame : inbox.answers()) check(frame);
            try {
                assertThat(frozen()).hasSizeLessThanOrEqualTo(maxFrozenBytes());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
