package earshot.dialect.threadkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.message.CloseReason;
import earshot.core.message.Problem;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper.Verdict;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import earshot.dialect.Farewell;
import earshot.dialect.testkit.Samples;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** WIRE.md: limits and defaults, close codes, who may. */
final class ThreadkitDialectTest {
    private final ThreadkitDialect dialect = new TestWorld().dialect();

    @Test
    void defaults_areTheSeeds() {
        ThreadkitConfig config = ThreadkitConfig.DEFAULT;
        assertThat(config.messagesPerSecond()).isEqualTo(10);
        assertThat(config.maxPages()).isEqualTo(10);
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.typingDebounce()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.typingExpiry()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.relayPending()).isFalse();
    }

    @Test
    void limits_areThoseOfTheConfiguration() {
        assertThat(dialect.limits().maxMessageBytes()).isEqualTo(65_536);
        assertThat(dialect.limits().idleMillis()).isEqualTo(300_000);
        assertThat(dialect.limits().clientPingIsActivity()).isTrue();
    }

    /** T-7 of section 5.4 (not to the typist), T-21 (only closes of ours linger), T-3 and T-17 by core. */
    @Test
    void rules_ofAPage_areThese() {
        RoomRules rules = dialect.rules();
        assertThat(rules.typingToOwnSessions()).isFalse();
        assertThat(rules.lingerMillis()).isEqualTo(4000);
        assertThat(rules.lingersAlways()).isFalse();
        assertThat(rules.typingDebounceMillis()).isEqualTo(500);
        assertThat(rules.typingExpiryMillis()).isEqualTo(3000);
        assertThat(rules.window()).isEqualTo(100);
        assertThat(rules.retention().maxMessages()).isEqualTo(100);
        assertThat(rules.retention().durable()).isTrue();
        assertThat(rules.membersOnly()).isFalse();
    }

    /** T-13: every end of ours is a close frame, but for a peer that is not there. */
    @Test
    void farewell_saysWhy() {
        assertThat(code(CloseReason.DRAINING)).isEqualTo(1001);
        assertThat(code(CloseReason.IDLE)).isEqualTo(1001);
        assertThat(code(CloseReason.ABUSE)).isEqualTo(1008);
        assertThat(code(CloseReason.SLOW_READER)).isEqualTo(1008);
        assertThat(code(CloseReason.OVER_BUDGET)).isEqualTo(1008);
        assertThat(code(CloseReason.KICKED)).isEqualTo(1008);
        assertThat(code(CloseReason.REVOKED)).isEqualTo(1008);
        assertThat(code(CloseReason.TOO_BIG)).isEqualTo(1009);
        assertThat(code(CloseReason.PROTOCOL_ERROR)).isEqualTo(1002);
        assertThat(code(CloseReason.BAD_DATA)).isEqualTo(1007);
        assertThat(code(CloseReason.FAULT)).isEqualTo(1011);
        assertThat(dialect.farewell(CloseReason.DEAD_PEER)).isInstanceOf(Farewell.Cut.class);
    }

    private int code(CloseReason reason) {
        return ((Farewell.CloseFrame) dialect.farewell(reason)).code();
    }

    @Test
    void refusal_thatMayPass_saysWhenToTryAgain() {
        assertThat(dialect.refusal(Problem.BUSY).status()).isEqualTo(503);
        assertThat(dialect.refusal(Problem.BUSY).headers()).containsEntry("retry-after", "3");
        assertThat(dialect.refusal(Problem.INVALID).headers()).doesNotContainKey("retry-after");
    }

    @Test
    void gatekeeper_letsReadersReadAndUsersType() {
        assertThat(admit("threadkit", false)).isEqualTo(new Verdict.Granted(Set.of(Permission.READ)));
        assertThat(admit("threadkit", true)).isEqualTo(new Verdict.Granted(Set.of(Permission.READ, Permission.WRITE)));
    }

    @Test
    void gatekeeper_keepsOtherDialectsOut() {
        assertThat(admit("waddle", true)).isEqualTo(new Verdict.Denied(Problem.FORBIDDEN));
    }

    private Verdict admit(String speaks, boolean user) {
        Session session = Samples.session(speaks, "", user ? TestWorld.PROFILE_OF_ANN : null, Set.of());
        return dialect.gatekeeper()
                .admit(session, TestWorld.ROOM)
                .toCompletableFuture()
                .join();
    }

    @Test
    void config_outOfRange_isSaidWithNameAndRange() {
        assertThatThrownBy(() -> ThreadkitConfig.DEFAULT.withMessagesPerSecond(-1))
                .hasMessage("messagesPerSecond: -1 (expected: 0..1000000)");
    }
}
