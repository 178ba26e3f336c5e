package earshot.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.gateway.ForwardedHeader;
import earshot.gateway.GatewayConfig;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the server listens, and who may speak for others. */
class NetworkSettingsTest {
    private static final String STRONG = "Zk3vQ9-tR7wXyB1nM5cD8fG2hJ4kL6pS0aUeIoTq";

    private static ServerConfig read(String... keysAndValues) {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) flags.put(keysAndValues[i], keysAndValues[i + 1]);
        return ServerConfig.read(new Sources(null, null, Map.of(), flags, Map.of()), (_, _) -> STRONG);
    }

    private static ServerConfig production(String... more) {
        Map<String, String> flags = new HashMap<>(Map.of(
                "network.host", "0.0.0.0",
                "threadkit.enabled", "false",
                "summit.enabled", "false",
                "graphwiz.enabled", "false",
                "waddle.jwt-secret", STRONG));
        for (int i = 0; i < more.length; i += 2) flags.put(more[i], more[i + 1]);
        return ServerConfig.read(new Sources(null, null, Map.of(), flags, Map.of()), (_, _) -> STRONG);
    }

    @Test
    void unixSocket_alone_leavesTcpOut() {
        NetworkSettings alone = read("network.unix-socket", "/run/e.sock").network();
        assertThat(alone.tcp()).isFalse();
        assertThat(alone.unixSocket()).contains(Path.of("/run/e.sock"));
        assertThat(alone.unixPermissions())
                .containsExactlyInAnyOrder(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.GROUP_READ,
                        PosixFilePermission.GROUP_WRITE);
        assertThat(read("network.unix-socket", "/run/e.sock", "network.port", "9001")
                        .network()
                        .tcp())
                .isTrue();
        assertThat(read().network().tcp()).isTrue();
    }

    @Test
    void permissions_areShownAsTheyAreWritten() {
        Values values = read("network.unix-permissions", "0606").values();
        assertThat(values.shown(NetworkSettings.UNIX_PERMISSIONS)).isEqualTo("606");
        assertThat(read().values().shown(NetworkSettings.UNIX_PERMISSIONS)).isEqualTo("660");
    }

    @Test
    void sockets_areAsTheGatewayHasThem_andCanBeSet() {
        GatewayConfig.Network sockets = GatewayConfig.Network.DEFAULT;
        GatewayConfig.Links links = GatewayConfig.Links.DEFAULT;
        assertThat(read().network().sockets())
                .isEqualTo(new SocketSettings(
                        sockets.backlog(),
                        sockets.notSentLowatBytes(),
                        sockets.userTimeout(),
                        links.highWaterBytes(),
                        links.closeTime()));
        SocketSettings given = read(
                        "network.backlog", "128",
                        "network.notsent-lowat", "64KiB",
                        "network.user-timeout", "1m",
                        "network.high-water", "1MiB",
                        "network.close-timeout", "2s")
                .network()
                .sockets();
        assertThat(given)
                .isEqualTo(new SocketSettings(128, 64 << 10, Duration.ofMinutes(1), 1 << 20, Duration.ofSeconds(2)));
        assertThatThrownBy(() -> read("network.notsent-lowat", "1"))
                .hasMessageContaining("network.notsent-lowat")
                .hasMessageContaining("size, 1KiB to 16MiB");
    }

    @Test
    void forwardedHeader_isOneOfTwo() {
        assertThat(read().network().forwardedHeader()).isEqualTo(ForwardedHeader.X_FORWARDED_FOR);
        assertThat(read("network.forwarded-header", "forwarded").network().forwardedHeader())
                .isEqualTo(ForwardedHeader.FORWARDED);
    }

    @Test
    void tls_filesAndPort_areRead() {
        TlsSettings tls = read("tls.cert", "a.pem", "tls.key", "b.pem", "tls.port", "9443")
                .tls();
        assertThat(tls.files()).contains(new TlsSettings.Files(Path.of("a.pem"), Path.of("b.pem")));
        assertThat(tls.port()).isEqualTo(OptionalInt.of(9443));
        assertThat(read().tls().isOn()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "network.trusted-proxies|10.0.0.0/8,proxy.local|\"proxy.local\" is no address",
                "network.unix-permissions|999|three octal digits",
                "network.proxy-protocol|required|network.trusted-proxies names nobody",
                "network.proxy-protocol|maybe|one of off, required",
                "tls.cert|a.pem|tls.key is not",
                "tls.key|a.pem|tls.cert is not",
                "tls.port|9443|without a certificate"
            })
    void mistakes_areNamed(String key, String value, String words) {
        assertThatThrownBy(() -> read(key, value))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining(words);
    }

    @Test
    void mistakes_ofTwoSettingsTogether_areNamed() {
        assertThatThrownBy(() -> read("tls.cert", "a", "tls.key", "b", "network.unix-socket", "/run/e.sock"))
                .hasMessageContaining("no TCP port is left");
        assertThatThrownBy(() -> read("tls.cert", "a", "tls.key", "b", "tls.port", "9001"))
                .hasMessageContaining("is network.port (9001) as well");
    }

    @Test
    void production_warnsOfTokensThatTravelReadably() {
        assertThat(production().warnings()).anyMatch(w -> w.contains("no TLS and no trusted proxy"));
        assertThat(production("network.trusted-proxies", "10.0.0.7").warnings()).noneMatch(w -> w.contains("TLS"));
        assertThat(production("tls.cert", "a", "tls.key", "b").warnings()).noneMatch(w -> w.contains("TLS"));
        assertThat(production("tls.cert", "a", "tls.key", "b", "tls.port", "9443")
                        .warnings())
                .anyMatch(w -> w.contains("plain HTTP beside tls.port"));
    }
}
