package earshot.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ShareTest {
    @Test
    void members_ofManyRooms_areInOneShareWithTheirRoom() {
        var crowd = new LoadPlan.Crowd(100, 10, 0, 1);
        for (int member = 0; member < 100; member++) {
            int room = member % 10;
            assertThat(holders(crowd, member, 3)).containsExactly(holders(crowd, room, 3)[0]);
        }
    }

    @Test
    void members_ofFewRooms_areSpreadAndPublishersTogether() {
        var crowd = new LoadPlan.Crowd(100, 2, 0, 3);
        for (int member = 0; member < 100; member++)
            assertThat(holders(crowd, member, 4)).hasSize(1);
        for (int publisher = 0; publisher < 6; publisher++)
            assertThat(holders(crowd, publisher, 4)).containsExactly(0);
        for (int share = 0; share < 4; share++) {
            var one = new Share(crowd, share, 4);
            assertThat(IntStream.range(0, 100).filter(one::has).count()).isBetween(20L, 32L);
        }
    }

    private static int[] holders(LoadPlan.Crowd crowd, int member, int of) {
        return IntStream.range(0, of)
                .filter(share -> new Share(crowd, share, of).has(member))
                .toArray();
    }
}
