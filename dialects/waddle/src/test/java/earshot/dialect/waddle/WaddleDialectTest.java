package earshot.dialect.waddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.history.Retention;
import earshot.core.message.CloseReason;
import earshot.core.room.RoomRules;
import earshot.dialect.Farewell;
import earshot.dialect.testkit.Handshakes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sections 3 and 4 of the protocol file: how sessions end, and the numbers. */
final class WaddleDialectTest {
    private final WaddleDialect dialect = new Fixture().dialect;

    /** Trap W-1: a close frame loses this client for good. */
    @ParameterizedTest
    @EnumSource(CloseReason.class)
    void farewell_ofWhoMayReturn_isACut_andOfOthersAClose(CloseReason reason) {
        assertThat(dialect.farewell(reason) instanceof Farewell.Cut).isEqualTo(reason.mayReturn());
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT_LEFT,1000",
        "TOO_BIG,1009",
        "PROTOCOL_ERROR,1002",
        "BAD_DATA,1007",
        "ABUSE,1008",
        "KICKED,1008",
        "REVOKED,4401"
    })
    void farewell_codes(CloseReason reason, int code) {
        assertThat(((Farewell.CloseFrame) dialect.farewell(reason)).code()).isEqualTo(code);
    }

    @Test
    void farewell_ofAFault_bySettingIsTheSeeds() {
        WaddleDialect polite = new Fixture(Configs.politeFaults(), false).dialect;
        assertThat(polite.farewell(CloseReason.FAULT)).isEqualTo(Farewell.closeFrame(1011, "Internal server error"));
    }

    @Test
    void fault_endsTheSession() {
        Fixture.Socket ann = new Fixture().ann0();
        ann.inbox.clear();
        ann.conversation.fault(ann.inbox);
        assertThat(ann.inbox.closes()).containsExactly(CloseReason.FAULT);
    }

    @Test
    void rules_areTheSeeds() {
        RoomRules rules = dialect.rules();
        assertThat(rules.capacity()).isEqualTo(1000);
        assertThat(rules.retention()).isEqualTo(Retention.EVERYTHING);
        assertThat(rules.window()).isEqualTo(50);
        assertThat(rules.typingExpiryMillis()).isEqualTo(3000);
        assertThat(rules.typingToOwnSessions()).isTrue();
        assertThat(rules.membersOnly()).isFalse();
        assertThat(rules.lingersAlways()).isFalse();
    }

    /** The original's client waits a second before it comes back. */
    @Test
    void linger_coversTheClientsFirstReturn() {
        assertThat(dialect.rules().lingerMillis()).isBetween(1500L, 5000L);
    }

    @Test
    void limits_haveNoIdleTime() {
        assertThat(dialect.limits().idleMillis()).isZero();
        assertThat(dialect.limits().pingMillis()).isEqualTo(30_000);
    }

    @Test
    void config_outsideItsRange_isASentence() {
        WaddleConfig d = WaddleConfig.DEFAULT;
        assertThatThrownBy(() -> new WaddleConfig(
                        0,
                        50,
                        4000,
                        65536,
                        1000,
                        0,
                        d.typingExpiry(),
                        d.linger(),
                        d.pingInterval(),
                        d.access(),
                        false,
                        false,
                        false,
                        d.retention()))
                .hasMessage("channelSockets: 0 (expected: 1..1000000)");
        assertThatThrownBy(() -> new WaddleConfig(
                        1,
                        50,
                        4000,
                        65536,
                        1000,
                        0,
                        Duration.ofDays(1),
                        d.linger(),
                        d.pingInterval(),
                        d.access(),
                        false,
                        false,
                        false,
                        d.retention()))
                .hasMessage("typingExpiry: PT24H (expected: PT0.1S..PT1H)");
    }

    @Test
    void route_servesTheAsyncApiDocument() throws Exception {
        var route = dialect.routes().get(0);
        var response = route.handler()
                .handle(Handshakes.http("GET", route.path(), Map.of(), new byte[0]))
                .toCompletableFuture()
                .get();
        assertThat(route.path()).isEqualTo("/docs/asyncapi-waddle.yaml");
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).startsWith("asyncapi: 3.0.0");
    }
}
