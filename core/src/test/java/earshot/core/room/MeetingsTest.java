package earshot.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Retention;
import earshot.core.message.RoomId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MeetingsTest {
    private static final RoomRules SMALL = new RoomRules(
            10, new Retention(100, Duration.ofHours(1), 1000, false), 20, 0, false, 500, 3000, false, false);
    private static final RoomRules LARGE =
            new RoomRules(1000, Retention.EVERYTHING, 50, 4000, false, 1000, 5000, true, false);
    private static final RoomRules PRIVATE = new RoomRules(10, Retention.EVERYTHING, 50, 0, false, 0, 0, true, true);

    private final Meetings meetings = new Meetings(
            List.of(
                    new Meeting("public:lobby*", Set.of("waddle", "threadkit", "summit", "kaiku")),
                    new Meeting("plaza", Set.of("waddle", "threadkit"))),
            Map.of("waddle", LARGE, "threadkit", SMALL, "summit", SMALL, "kaiku", PRIVATE));

    @Test
    void resolve_outsideMeetings_keepsRealmsApart() {
        assertThat(meetings.resolve("waddle", "", "x")).isEqualTo(new RoomId("waddle", "", "x"));
        assertThat(meetings.resolve("threadkit", "", "x")).isNotEqualTo(meetings.resolve("waddle", "", "x"));
        assertThat(meetings.resolve("waddle", "", "plaza2")).isEqualTo(new RoomId("waddle", "", "plaza2"));
    }

    @Test
    void resolve_inAMeeting_isOneRoomForItsDialects() {
        RoomId lobby = meetings.resolve("waddle", "", "public:lobby-1");
        assertThat(lobby).isEqualTo(new RoomId(RoomId.MEETING, "", "public:lobby-1"));
        assertThat(meetings.resolve("summit", "public", "lobby-1")).isEqualTo(lobby);
        assertThat(meetings.resolve("graphwiz", "", "public:lobby-1"))
                .isEqualTo(new RoomId("graphwiz", "", "public:lobby-1"));
    }

    @Test
    void resolve_byUuid_knowsLiteralNamesAtOnceAndOthersOnceTheyWereUsed() {
        RoomId plaza = new RoomId(RoomId.MEETING, "", "plaza");
        assertThat(meetings.resolve("threadkit", "", Meetings.uuidOf(plaza).toString()))
                .isEqualTo(plaza);
        RoomId lobby = new RoomId(RoomId.MEETING, "", "public:lobby-7");
        String uuid = Meetings.uuidOf(lobby).toString();
        assertThat(meetings.resolve("threadkit", "", uuid).realm()).isEqualTo("threadkit");
        meetings.resolve("waddle", "", "public:lobby-7");
        assertThat(meetings.resolve("threadkit", "", uuid)).isEqualTo(lobby);
    }

    @Test
    void learned_aNameOfAPattern_tellsOnceOfTheRoomThatItsUuidWas() {
        List<RoomId> strangers = new ArrayList<>();
        meetings.whenLearned(strangers::add);
        RoomId lobby = meetings.resolve("waddle", "", "public:lobby-8");
        meetings.resolve("waddle", "", "public:lobby-8");
        assertThat(strangers)
                .contains(new RoomId("threadkit", "", Meetings.uuidOf(lobby).toString()))
                .doesNotHaveDuplicates();
    }

    @Test
    void know_aRoomOfTheLog_isFoundByUuid() {
        RoomId lobby = new RoomId(RoomId.MEETING, "", "public:lobby-9");
        meetings.know(lobby);
        meetings.know(new RoomId("waddle", "", "not a meeting"));
        assertThat(meetings.resolve("threadkit", "", Meetings.uuidOf(lobby).toString()))
                .isEqualTo(lobby);
    }

    @Test
    void resolve_manyNames_keepsThoseThatWereUsedLast() {
        RoomId first = meetings.resolve("waddle", "", "public:lobby-first");
        for (int i = 0; i < 10_000; i++) meetings.resolve("waddle", "", "public:lobby-" + i);
        RoomId last = new RoomId(RoomId.MEETING, "", "public:lobby-9999");
        assertThat(meetings.resolve("threadkit", "", Meetings.uuidOf(last).toString()))
                .isEqualTo(last);
        assertThat(meetings.resolve("threadkit", "", Meetings.uuidOf(first).toString())
                        .realm())
                .isEqualTo("threadkit");
    }

    @Test
    void resolve_membersOnly_neverMeets() {
        assertThat(meetings.resolve("kaiku", "", "public:lobby-1"))
                .isEqualTo(new RoomId("kaiku", "", "public:lobby-1"));
    }

    @Test
    void rules_ofAMeeting_areTheMostDemanding() {
        RoomRules rules = meetings.rules(new RoomId(RoomId.MEETING, "", "plaza"));
        assertThat(rules.capacity()).isEqualTo(1000);
        assertThat(rules.retention()).isEqualTo(Retention.EVERYTHING);
        assertThat(rules.window()).isEqualTo(50);
        assertThat(rules.typingDebounceMillis()).isEqualTo(500);
    }
}
