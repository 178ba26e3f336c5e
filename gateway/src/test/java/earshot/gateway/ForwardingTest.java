package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingTest {
    private static final TrustedProxies PROXIES =
            TrustedProxies.of(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8:ffff::/48", "unix"));

    private final MemoryMeter meter = new MemoryMeter();

    private Peer client(String peer, ForwardedHeader header, Map<String, List<String>> headers) {
        var forwarding = new Forwarding(PROXIES, header, meter);
        return forwarding.clientOf(forwarding.peer(new InetSocketAddress(peer, 1)), headers);
    }

    private String listed(String peer, String... lines) {
        return client(peer, ForwardedHeader.X_FORWARDED_FOR, Map.of("x-forwarded-for", List.of(lines)))
                .address();
    }

    private String forwarded(String line) {
        return client("10.0.0.1", ForwardedHeader.FORWARDED, Map.of("forwarded", List.of(line)))
                .address();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9|203.0.113.9",
                "1.1.1.1, 203.0.113.9|203.0.113.9",
                "1.1.1.1, 203.0.113.9, 10.9.9.9|203.0.113.9",
                "1.1.1.1,203.0.113.9,192.0.2.7,10.9.9.9|203.0.113.9",
                "10.1.1.1, 10.2.2.2|10.1.1.1",
                "203.0.113.9:4711|203.0.113.9",
                "2001:db8::1|2001:db8:0:0:0:0:0:1",
                "[2001:db8::1]|2001:db8:0:0:0:0:0:1",
                "[2001:db8::1]:4711|2001:db8:0:0:0:0:0:1",
                "203.0.113.9, 2001:db8:ffff::5|203.0.113.9",
                "::ffff:203.0.113.9|203.0.113.9",
                "203.0.113.9, ::ffff:10.1.2.3|203.0.113.9"
            })
    void listed_lastHopThatIsNoProxy_isTheClient(String line, String client) {
        assertThat(listed("10.0.0.1", line)).isEqualTo(client);
        assertThat(meter.value(Metric.FORWARDED_IGNORED)).isZero();
    }

    @Test
    void listed_linesAreOneList() {
        assertThat(listed("10.0.0.1", "1.1.1.1", "203.0.113.9", "10.1.1.1")).isEqualTo("203.0.113.9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "example.com",
                "203.0.113.999",
                "<script>",
                "127.1",
                "1.1.1.1 2.2.2.2",
                "[::1",
                "a:b:c",
                "203.0.113.9:",
                "203.0.113.9:x",
                "fe80::1%eth0",
                "unknown"
            })
    void listed_garbage_isIgnoredAndCounted_andWhatTheProxyBeforeItSaidIsKept(String garbage) {
        assertThat(listed("10.0.0.1", "1.1.1.1, " + garbage)).isEqualTo("10.0.0.1");
        assertThat(listed("10.0.0.1", "1.1.1.1, " + garbage + ", 10.7.7.7")).isEqualTo("10.7.7.7");
        assertThat(meter.value(Metric.FORWARDED_IGNORED)).isEqualTo(2);
    }

    @Test
    void stranger_isNotBelieved() {
        assertThat(listed("203.0.113.50", "1.1.1.1")).isEqualTo("203.0.113.50");
        assertThat(client("127.0.0.1", ForwardedHeader.X_FORWARDED_FOR, Map.of("x-forwarded-for", List.of("1.1.1.1"))))
                .isEqualTo(new Peer("127.0.0.1", true, false));
    }

    @Test
    void headerThatIsNotTheProxies_isNotLookedAt() {
        var both = Map.of("x-forwarded-for", List.of("1.1.1.1"), "forwarded", List.of("for=2.2.2.2"));
        assertThat(client("10.0.0.1", ForwardedHeader.X_FORWARDED_FOR, both).address())
                .isEqualTo("1.1.1.1");
        assertThat(client("10.0.0.1", ForwardedHeader.FORWARDED, both).address())
                .isEqualTo("2.2.2.2");
        assertThat(client("10.0.0.1", ForwardedHeader.FORWARDED, Map.of("x-forwarded-for", List.of("1.1.1.1")))
                        .address())
                .isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "for=203.0.113.9|203.0.113.9",
                "For=203.0.113.9;proto=https;by=10.0.0.1|203.0.113.9",
                "for=1.1.1.1, for=203.0.113.9;host=\"a,b;c\"|203.0.113.9",
                "for=203.0.113.9, proto=http;for=10.2.2.2|203.0.113.9",
                "for=\"[2001:db8::1]:4711\"|2001:db8:0:0:0:0:0:1",
                "for=\"203.0.113.9:80\"|203.0.113.9",
                "by=\"\\\",for=1.1.1.1\";for=203.0.113.9|203.0.113.9",
                "for=1.1.1.1, for=unknown|10.0.0.1",
                "for=1.1.1.1, for=_hidden|10.0.0.1",
                "for=1.1.1.1, proto=https|10.0.0.1",
                "for=1.1.1.1;for=2.2.2.2|10.0.0.1",
                "for=\"1.1.1.1|10.0.0.1",
                "=|10.0.0.1",
                ";;,,\"|10.0.0.1"
            })
    void forwarded_lastHopThatIsNoProxy_isTheClient(String line, String client) {
        assertThat(forwarded(line)).isEqualTo(client);
    }

    @Test
    void veryManyHops_areBounded() {
        assertThat(listed("10.0.0.1", "203.0.113.9" + ",10.1.1.1".repeat(1000))).isEqualTo("10.1.1.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proxy.example",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "::1/129",
                "10.0.0",
                "",
                "/8",
                "unix:"
            })
    void trusted_entryThatIsNone_isNamed(String entry) {
        assertThatThrownBy(() -> TrustedProxies.of(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + entry + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.255.255,true",
        "10.0.0.0/8,11.0.0.0,false",
        "10.0.0.129/25,10.0.0.128,true",
        "10.0.0.129/25,10.0.0.127,false",
        "0.0.0.0/0,203.0.113.9,true",
        "0.0.0.0/0,2001:db8::1,false",
        "::/0,2001:db8::1,true",
        "2001:db8::/33,2001:db8:7fff::1,true",
        "2001:db8::/33,2001:db8:8000::1,false",
        "192.0.2.7,192.0.2.7,true",
        "192.0.2.7/32,192.0.2.6,false",
        "::ffff:192.0.2.7,192.0.2.7,true",
        "unix,127.0.0.1,false"
    })
    void trusted_networks(String network, String address, boolean trusted) {
        assertThat(TrustedProxies.of(List.of(network)).has(new InetSocketAddress(address, 1)))
                .isEqualTo(trusted);
    }
}
