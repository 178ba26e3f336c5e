package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WheelTest {
    private final Wheel wheel = new Wheel();
    private final List<Member> members = new ArrayList<>();

    private final class Member implements Swept {
        private final long deadline;
        private int slot = -1;
        private int looks;

        Member(long deadline) {
            this.deadline = deadline;
        }

        @Override
        public void onSweep(long now) {
            looks++;
            if (now >= deadline) wheel.remove(this);
        }

        @Override
        public void cut() {}

        @Override
        public int wheelSlot() {
            return slot;
        }

        @Override
        public void wheelSlot(int at) {
            slot = at;
        }
    }

    private void add(int count, long deadline) {
        for (int i = 0; i < count; i++) {
            Member member = new Member(deadline);
            members.add(member);
            wheel.add(member);
        }
    }

    private void sweep(long now) {
        for (int i = 0; i < Wheel.TICKS_PER_SWEEP; i++) wheel.tick(now);
    }

    @Test
    void everyone_isLookedAtOncePerSweep() {
        add(1_003, Long.MAX_VALUE);
        for (int sweep = 1; sweep <= 5; sweep++) {
            sweep(0);
            int times = sweep;
            assertThat(members).allMatch(member -> member.looks == times);
        }
    }

    /** Thousands that came together end together: what one leaves behind must not put off another. */
    @Test
    void thousandsWhoseTimeIsUpTogether_goInOneSweep() {
        add(10_000, 5);
        sweep(4);
        assertThat(wheel.size()).isEqualTo(10_000);
        sweep(5);
        assertThat(wheel.size()).isZero();
        assertThat(members).allMatch(member -> member.looks == 2);
    }

    @Test
    void thousandsWhoComeDuringASweep_areLookedAtInTime() {
        add(2, Long.MAX_VALUE);
        wheel.tick(0);
        add(10_000, 5);
        sweep(4);
        sweep(5);
        assertThat(wheel.size()).isEqualTo(2);
    }

    @Test
    void thoseBetween_stay() {
        add(500, 5);
        add(500, 50);
        add(500, 5);
        sweep(5);
        assertThat(wheel.size()).isEqualTo(500);
        sweep(50);
        assertThat(wheel.size()).isZero();
    }
}
