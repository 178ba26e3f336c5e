package earshot.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/limits.md}: every limit is there, its numbers exist, and so do the tests that go over it. */
class LimitsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "limits.md");
    private static final Pattern SETTING = Pattern.compile("`([a-z-]+\\.[a-z-]+)`");
    private static final Pattern NUMBER = Pattern.compile("`((?:earshot|websocket)_[a-z_]+)");

    /** Settings of a dialect or a part that no client can go over: what is on, where, with which keys, and how long we wait for others. */
    private static final Set<String> NO_LIMITS = Set.of(
            "compression.dialects",
            "compression.level",
            "compression.min-bytes",
            "history.data",
            "history.durability",
            "api.keys",
            "api.signing-secrets",
            "api.require-signature",
            "api.public-status",
            "threadkit.enabled",
            "threadkit.path",
            "threadkit.rate-limit",
            "threadkit.ping-interval",
            "threadkit.typing-debounce",
            "threadkit.typing-expiry",
            "threadkit.relay-pending",
            "threadkit.history-count",
            "threadkit.history-age",
            "threadkit.history-bytes",
            "threadkit.history-durable",
            "threadkit.linger",
            "threadkit.sites",
            "threadkit.site-id",
            "threadkit.site-domain",
            "threadkit.public-key",
            "threadkit.secret-key",
            "waddle.enabled",
            "waddle.history",
            "waddle.history-count",
            "waddle.history-age",
            "waddle.history-bytes",
            "waddle.typing-expiry",
            "waddle.linger",
            "waddle.ping-interval",
            "waddle.access",
            "waddle.announce-joins",
            "waddle.close-at-expiry",
            "waddle.fault-closes-politely",
            "voice.janus-url",
            "voice.janus-secret",
            "voice.janus-admin-key",
            "voice.media-address",
            "voice.grace",
            "voice.away-timeout",
            "summit.enabled",
            "summit.path",
            "summit.transports",
            "summit.ping-interval",
            "summit.cookie",
            "summit.cors-origins",
            "summit.cors-credentials",
            "summit.namespaces",
            "summit.room-names",
            "summit.persistence",
            "summit.persistence-ttl",
            "summit.persistence-messages",
            "summit.replay-limit",
            "summit.strict-tenant",
            "summit.close-at-expiry",
            "summit.join-needs",
            "summit.send-needs",
            "summit.authorization-url",
            "summit.authorization-secret",
            "summit.authorization-timeout",
            "summit.recovery",
            "summit.presence-grace",
            "graphwiz.enabled",
            "graphwiz.require-auth",
            "graphwiz.allow-anonymous",
            "graphwiz.allow-hello-auth",
            "graphwiz.origins",
            "graphwiz.limit-loopback",
            "graphwiz.kept-messages",
            "graphwiz.pose-tick",
            "graphwiz.despawn",
            "graphwiz.return-within",
            "graphwiz.kick-ban",
            "graphwiz.retry-interval",
            "graphwiz.retries",
            "graphwiz.ping-interval",
            "graphwiz.hub-leave-compat",
            "graphwiz.latency-tracking",
            "graphwiz.report-window",
            "graphwiz.channel-prefix");

    /** Concerns without limits: where the server listens, which Redis it shares and what stands behind it, how it logs and ends, which rooms are one, what is counted. */
    private static final Set<String> OTHER_CONCERNS =
            Set.of("", "network", "redis", "postgres", "meet", "log", "drain", "tls", "stats", "interop");

    private record Row(String what, String answer, String numbers, String test) {}

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (!line.startsWith("| ") || line.startsWith("| ---") || line.startsWith("| setting")) continue;
            List<String> cells =
                    Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
            assertThat(cells).as(line).hasSize(6);
            rows.add(new Row(cells.get(1), cells.get(2), cells.get(3), cells.get(4)));
        }
        return rows;
    }

    @Test
    void page_hasEveryLimit_andNoOther() throws IOException {
        Set<String> there = rows().stream()
                .map(row -> SETTING.matcher(row.what))
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        Set<String> limits = ServerConfig.SETTINGS.all().stream()
                .map(Setting::key)
                .filter(LimitsPageTest::isLimit)
                .collect(Collectors.toSet());
        assertThat(there)
                .as(
                        "a setting that is new: what happens beyond it belongs into docs/limits.md, or it is no limit (NO_LIMITS here)")
                .isEqualTo(limits);
    }

    private static boolean isLimit(String key) {
        int dot = key.indexOf('.');
        String concern = dot < 0 ? "" : key.substring(0, dot);
        if (OTHER_CONCERNS.contains(concern) || NO_LIMITS.contains(key)) return false;
        return !key.matches("(threadkit|waddle|summit|graphwiz)\\.(jw.*|token-leeway|max-token-age)");
    }

    @Test
    void page_countsByNumbersThatExist() throws IOException {
        Set<String> known =
                Arrays.stream(Metric.values()).map(Metric::exportName).collect(Collectors.toSet());
        for (Row row : rows())
            assertThat(NUMBER.matcher(row.numbers).results().map(found -> found.group(1)))
                    .as(row.what)
                    .isSubsetOf(known);
    }

    @Test
    void page_namesTestsThatExist() throws IOException {
        for (Row row : rows()) {
            String[] named = row.test.split("\\.", -1);
            assertThat(named).as(row.what).hasSize(2);
            assertThat(sources(named[0]))
                    .as("%s: %s", row.what, row.test)
                    .anyMatch(source -> source.contains(" " + named[1] + "("));
        }
    }

    private static List<String> sources(String type) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(Path.of(".."))) {
            for (Path file : all.filter(p -> p.endsWith(type + ".java")).toList()) found.add(Files.readString(file));
        }
        return found;
    }
}
