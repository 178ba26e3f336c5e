package earshot.dialect.waddle;

import static earshot.dialect.waddle.Fixture.ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Command;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.dialect.testkit.RecordingInbox;
import earshot.dialect.testkit.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Section 2.5 of the protocol file: what {@code sync} brings. The session's snapshot ends at 1:100. */
final class ReplayTest {
    private final Fixture fixture = new Fixture();
    private final Fixture.Socket ann = ConversationTest.joined(fixture.ann0());
    private List<Message> kept =
            IntStream.rangeClosed(1, 100).mapToObj(ReplayTest::said).toList();

    private static Message said(int n) {
        return Samples.message(ROOM, n, Fixture.profile("u1", "bob"), "m" + n, null);
    }

    /** Everything that came out, core's reads answered from {@link #kept}. */
    private List<String> sync(Fixture.Socket socket, String after) {
        return played(socket, socket.says("{\"type\":\"sync\",\"afterMessageId\":\"" + after + "\"}"));
    }

    private List<String> played(Fixture.Socket socket, RecordingInbox heard) {
        List<String> frames = new ArrayList<>(heard.texts());
        for (int i = 0; i < 100 && !heard.asked().isEmpty(); i++) {
            RecordingInbox.Done.Asked asked = heard.onlyAsked();
            heard = socket.hears(asked.tag(), read((Command.ReadHistory) asked.command()));
            frames.addAll(heard.texts());
        }
        return frames;
    }

    private Reply read(Command.ReadHistory r) {
        return PaperLog.read(kept, r);
    }

    private static List<String> ids(List<String> frames) {
        return frames.stream()
                .map(Json::object)
                .filter(f -> "message".equals(f.get("type")))
                .map(f -> (String) Json.at(f, "message", "id"))
                .toList();
    }

    private static List<String> idsOf(int from, int to) {
        return LongStream.rangeClosed(from, to).mapToObj(Samples::id).toList();
    }

    /** Messages here have their number for an id, so the last is known by how many came. */
    private static String complete(int after, int replayed, boolean complete) {
        String last = replayed == 0 ? "" : ",\"lastMessageId\":\"" + Samples.id(after + replayed) + "\"";
        return "{\"type\":\"sync_complete\",\"afterMessageId\":\"" + Samples.id(after) + "\"" + last + ",\"replayed\":"
                + replayed + ",\"complete\":" + complete + "}";
    }

    @Test
    void sync_afterAnId_bringsWhatFollowsAsOrdinaryMessages_oldestFirst() {
        List<String> frames = sync(ann, Samples.id(40));
        assertThat(ids(frames)).isEqualTo(idsOf(41, 100));
        assertThat(frames.get(0)).isEqualTo(ServerFrames.message(said(41)).asText());
        assertThat(frames.getLast()).isEqualTo(complete(40, 60, true));
    }

    @Test
    void sync_endsWhereTheLiveStreamBegan() {
        kept = IntStream.rangeClosed(1, 130).mapToObj(ReplayTest::said).toList();
        List<String> frames = sync(ann, Samples.id(98));
        assertThat(ids(frames)).isEqualTo(idsOf(99, 100));
        assertThat(frames.getLast()).isEqualTo(complete(98, 2, true));
        assertThat(sync(ann, Samples.id(120))).containsExactly(complete(120, 0, true));
    }

    @Test
    void sync_afterTheFirstMessage_isKnown() {
        assertThat(ids(sync(ann, Samples.id(1)))).isEqualTo(idsOf(2, 100));
    }

    @Test
    void sync_afterAnUnknownId_bringsNothingAndNoError() {
        assertThat(sync(ann, "11111111-1111-4111-8111-111111111111"))
                .containsExactly(
                        "{\"type\":\"sync_complete\",\"afterMessageId\":\"11111111-1111-4111-8111-111111111111\",\"replayed\":0,\"complete\":false}");
        kept = List.of();
        assertThat(sync(ann, Samples.id(7))).containsExactly(complete(7, 0, false));
    }

    @Test
    void sync_withoutAnId_bringsNothingAndNoError() {
        String nothing = "{\"type\":\"sync_complete\",\"afterMessageId\":null,\"replayed\":0,\"complete\":false}";
        for (String frame : List.of(
                "{\"type\":\"sync\"}",
                "{\"type\":\"sync\",\"afterMessageId\":null}",
                "{\"type\":\"sync\",\"afterMessageId\":7}",
                "{\"type\":\"sync\",\"afterMessageId\":\"\"}",
                "{\"type\":\"sync\",\"afterMessageId\":\"" + "x".repeat(129) + "\"}")) {
            assertThat(ann.says(frame).texts()).containsExactly(nothing);
        }
    }

    @Test
    void sync_overTheCap_saysSo_andGoesOnFromItsLast() {
        Fixture small = new Fixture(Configs.replayLimit(30), false);
        Fixture.Socket socket = ConversationTest.joined(small.ann0());
        List<String> first = sync(socket, Samples.id(50));
        assertThat(ids(first)).isEqualTo(idsOf(51, 80));
        assertThat(first.getLast()).isEqualTo(complete(50, 30, false));
        List<String> rest = sync(socket, Samples.id(80));
        assertThat(ids(rest)).isEqualTo(idsOf(81, 100));
        assertThat(rest.getLast()).isEqualTo(complete(80, 20, true));
    }

    @Test
    void sync_ofExactlyTheCap_isComplete() {
        Fixture small = new Fixture(Configs.replayLimit(50), false);
        assertThat(sync(ConversationTest.joined(small.ann0()), Samples.id(50)).getLast())
                .isEqualTo(complete(50, 50, true));
    }

    @Test
    void sync_ofMany_isReadInSlices() {
        RecordingInbox heard = ann.says("{\"type\":\"sync\",\"afterMessageId\":\"" + Samples.id(1) + "\"}");
        for (int i = 0; i < 100 && !heard.asked().isEmpty(); i++) {
            Command.ReadHistory read = (Command.ReadHistory) heard.onlyAsked().command();
            assertThat(read.limit()).isLessThanOrEqualTo(100);
            heard = ann.hears(heard.onlyAsked().tag(), read(read));
        }
    }

    @Test
    void sync_acrossEpochs_isBoundedByThePositionNotTheOffset() {
        List<Message> two = new ArrayList<>(kept);
        Message m = said(3);
        two.add(new Message("later", ROOM, new Position(2, 3), m.author(), "later", null, null, 1, null, 0, 0, false));
        kept = two;
        assertThat(ids(sync(ann, Samples.id(99)))).isEqualTo(idsOf(100, 100));
    }

    @Test
    void sync_whenHistoryDoesNotAnswer_endsIncomplete() {
        RecordingInbox heard = ann.says("{\"type\":\"sync\",\"afterMessageId\":\"" + Samples.id(1) + "\"}");
        assertThat(ann.hears(heard.onlyAsked().tag(), Reply.Refused.of(Problem.UNAVAILABLE))
                        .texts())
                .containsExactly(complete(1, 0, false));
    }

    /** The original's client asks right after its upgrade, before it can be a member. */
    @Test
    void sync_beforeTheJoin_waitsForInitialState() {
        Fixture.Socket early = fixture.ann0();
        RecordingInbox.Done.Asked join = early.inbox.onlyAsked();
        assertThat(early.says("{\"type\":\"sync\",\"afterMessageId\":\"" + Samples.id(98) + "\"}")
                        .all())
                .containsExactly(new RecordingInbox.Done.Active());
        RecordingInbox heard = early.hears(join.tag(), new Reply.Joined(ROOM, snapshot(List.of()), false));
        List<String> frames = played(early, heard);
        assertThat(frames.get(0)).startsWith("{\"type\":\"initial_state\"");
        assertThat(ids(frames)).isEqualTo(idsOf(99, 100));
    }

    /** Trap W-14: of a thousand who come back after a restart most have missed nothing, or little. */
    @Test
    void sync_thatTheSnapshotAnswers_readsNothing() {
        Fixture.Socket early = fixture.ann0();
        RecordingInbox.Done.Asked join = early.inbox.onlyAsked();
        early.says("{\"type\":\"sync\",\"afterMessageId\":\"" + Samples.id(98) + "\"}");
        RecordingInbox heard = early.hears(join.tag(), new Reply.Joined(ROOM, snapshot(kept.subList(50, 100)), false));
        assertThat(heard.asked()).isEmpty();
        assertThat(ids(heard.texts())).isEqualTo(idsOf(99, 100));
        assertThat(heard.texts().getLast()).isEqualTo(complete(98, 2, true));
        assertThat(sync(early, Samples.id(100))).containsExactly(complete(100, 0, true));
        assertThat(early.inbox.asked()).isEmpty();
    }

    @Test
    void sync_whileOneRuns_waits_andOnlyTheNewestIsKept() {
        RecordingInbox.Done.Asked first = ann.says("{\"type\":\"sync\",\"afterMessageId\":\"" + Samples.id(97) + "\"}")
                .onlyAsked();
        for (int n = 1; n <= 99; n++) {
            assertThat(ann.says("{\"type\":\"sync\",\"afterMessageId\":\"" + Samples.id(n) + "\"}")
                            .asked())
                    .isEmpty();
        }
        List<String> frames = played(ann, ann.hears(first.tag(), read((Command.ReadHistory) first.command())));
        List<String> expected = new ArrayList<>(idsOf(98, 100));
        expected.addAll(idsOf(100, 100));
        assertThat(ids(frames)).isEqualTo(expected);
    }

    private static earshot.core.message.RoomSnapshot snapshot(List<Message> newest) {
        return new earshot.core.message.RoomSnapshot(
                ROOM,
                new Position(1, 100),
                new earshot.core.message.MessageWindow(newest),
                List.of(),
                earshot.core.message.PresenceList.EMPTY,
                List.of());
    }
}
