package earshot.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LoadPlanTest {
    @Test
    void crowd_withMoreRoomsThanMembers_isRefused() {
        assertThatThrownBy(() -> new LoadPlan.Crowd(10, 11, 0, 1)).hasMessage("rooms: 11 (expected: 1 to 10)");
    }

    @Test
    void payload_withoutPlaceForTheMark_isRefused() {
        assertThatThrownBy(() -> new LoadPlan.Traffic(LoadPlan.Pace.window(1), 35))
                .hasMessage("payload: 35 (expected: 36 to 1048576)");
    }

    @Test
    void pace_thatIsNone_isRefused() {
        assertThatThrownBy(() -> LoadPlan.Pace.rate(0)).hasMessageStartingWith("rate: 0.0");
        assertThatThrownBy(() -> LoadPlan.Pace.rate(Double.NaN)).hasMessageStartingWith("rate: NaN");
        assertThatThrownBy(() -> LoadPlan.Pace.window(0)).hasMessageStartingWith("window: 0.0");
    }

    @Test
    void target_thatIsNoSocketAddress_isRefused() {
        assertThatThrownBy(() -> new LoadPlan.Target(URI.create("ftp://x"), "waddle"))
                .hasMessage("the address: ftp://x (expected: ws://host:port)");
    }

    @Test
    void slowReaders_withNothingToRead_areRefused() {
        assertThatThrownBy(() -> plan(LoadPlan.Pace.idle(), 10, 2)).hasMessageStartingWith("slow readers need");
    }

    @Test
    void disturbance_ofMoreMembersThanReaders_isRefused() {
        assertThatThrownBy(() -> plan(LoadPlan.Pace.rate(1), 10, 10)).hasMessageContaining("at most 9");
        assertThat(plan(LoadPlan.Pace.rate(1), 10, 9).disturbance().members()).isEqualTo(9);
    }

    @Test
    void pace_forPeople_isShort() {
        assertThat(LoadPlan.Pace.rate(100)).hasToString("100/s");
        assertThat(LoadPlan.Pace.rate(0.5)).hasToString("0.5/s");
        assertThat(LoadPlan.Pace.window(4)).hasToString("4 in flight");
    }

    private static LoadPlan plan(LoadPlan.Pace pace, int connections, int slow) {
        return new LoadPlan(
                "custom",
                "x",
                new LoadPlan.Target(URI.create("ws://127.0.0.1:1"), "waddle"),
                new LoadPlan.Crowd(connections, 1, 0, 1),
                new LoadPlan.Traffic(pace, 100),
                new LoadPlan.Timing(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                new LoadPlan.Disturbance(slow, Duration.ofSeconds(1), 0),
                0);
    }

    @Test
    void severalNodes_eachHaveMembersOfEveryRoom_andSomeOfThePublishers() {
        var crowd = new LoadPlan.Crowd(60, 10, 0, 1);
        Set<Integer> publishing = new HashSet<>();
        for (int room = 0; room < 10; room++) {
            Set<Integer> nodes = new HashSet<>();
            for (int member = room; member < 60; member += 10) nodes.add(crowd.nodeOf(member, 3));
            assertThat(nodes).containsExactlyInAnyOrder(0, 1, 2);
            publishing.add(crowd.nodeOf(room, 3));
        }
        assertThat(publishing).containsExactlyInAnyOrder(0, 1, 2);
    }
}
