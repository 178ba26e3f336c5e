package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BindFailureTest {
    @Test
    void port_thatIsTaken_asksForAnother() {
        try (TestServer first = TestServer.start()) {
            String port = Integer.toString(first.port());
            assertThatThrownBy(() -> TestServer.start("network.port", port))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("another server")
                    .hasMessageContaining("--port " + (first.port() + 1));
        }
    }

    /** 192.0.2.0/24 is nobody's (RFC 5737). */
    @Test
    void host_thatIsNotOurs_isNotTakenForAnotherServer() {
        assertThatThrownBy(() -> TestServer.start("network.host", "192.0.2.1", "mode", "development"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("an address of this machine")
                .hasMessageNotContaining("another server");
    }

    /** Whether a port needs a privilege depends on the machine; the words of the two transports do not. */
    @Test
    void port_thatIsForbidden_isNotTakenForAnotherServer() {
        assertThat(EarshotServer.hint("bind(..) failed with error(-13): Permission denied", 80))
                .contains("below 1024")
                .doesNotContain("another server");
        assertThat(EarshotServer.hint("something else", 80)).isEmpty();
    }
}
