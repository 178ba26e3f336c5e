package earshot.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.history.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {
    private static final String STRONG = "Zk3vQ9-tR7wXyB1nM5cD8fG2hJ4kL6pS0aUeIoTq-Zk3vQ9-tR7wXyB1nM5cD8fG2h";

    @TempDir
    Path directory;

    private static ServerConfig read(Sources sources) {
        return ServerConfig.read(sources, (_, _) -> STRONG);
    }

    private static ServerConfig environment(String... namesAndValues) {
        Map<String, String> variables = new java.util.HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) variables.put(namesAndValues[i], namesAndValues[i + 1]);
        return read(Sources.environment(variables));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private Sources yaml(String text) throws IOException {
        return new Sources(file("earshot.yaml", text), null, Map.of(), Map.of(), Map.of());
    }

    @Test
    void nothing_given_isADevelopmentServerOnLoopbackThatMadeItsSecrets() {
        ServerConfig config = read(Sources.NOTHING);
        assertThat(config.mode()).isEqualTo(Mode.DEVELOPMENT);
        assertThat(config.network().host()).isEqualTo("127.0.0.1");
        assertThat(config.network().port()).isEqualTo(9001);
        assertThat(config.threadkit().tokens().secrets()).containsExactly(STRONG);
        assertThat(config.threadkit().sites()).hasSize(1);
        assertThat(config.meetings()).extracting(Meeting::rooms).containsExactly("public:lobby", "public:lobby*");
    }

    @Test
    void precedence_isFileThenDotenvThenEnvironmentThenFlags() throws IOException {
        Path yaml = file("a.yaml", "network:\n  port: 1001\n");
        Path dotenv = file("a.env", "PORT=1002\n");
        Map<String, String> none = Map.of();
        assertThat(portOf(new Sources(yaml, null, none, none, none))).isEqualTo(1001);
        assertThat(portOf(new Sources(yaml, dotenv, none, none, none))).isEqualTo(1002);
        assertThat(portOf(new Sources(yaml, dotenv, Map.of("PORT", "1003"), none, none)))
                .isEqualTo(1003);
        assertThat(portOf(new Sources(yaml, dotenv, Map.of("PORT", "1003"), Map.of("network.port", "1004"), none)))
                .isEqualTo(1004);
    }

    private static int portOf(Sources sources) {
        return read(sources).network().port();
    }

    @Test
    void origin_isSaidForEveryLayer() throws IOException {
        Values fromFile = read(yaml("network:\n  port: 1001\n")).values();
        assertThat(fromFile.origin(NetworkSettings.PORT)).endsWith("earshot.yaml line 2");
        Values fromEnvironment = environment("PORT", "7").values();
        assertThat(fromEnvironment.origin(NetworkSettings.PORT)).isEqualTo("environment PORT");
        assertThat(fromEnvironment.origin(NetworkSettings.HOST)).isEqualTo("default");
    }

    @Test
    void seedVariable_setsEveryDialectThatNamesIt_andOurOwnWins() {
        ServerConfig config = environment(
                "JWT_SECRET", "shared-secret", "EARSHOT_WADDLE_JWT_SECRET", "waddle-secret", "JWT_ALGORITHM", "HS512");
        assertThat(config.threadkit().tokens().secrets()).containsExactly("shared-secret");
        assertThat(config.waddle().tokens().secrets()).containsExactly("waddle-secret");
        assertThat(config.waddle().tokens().secretAlgorithm()).isEqualTo(TokenSettings.HmacAlgorithm.HS512);
    }

    @Test
    void seedVariables_carryTheirUnitInTheirName() {
        ServerConfig config = environment(
                "WS_IDLE_TIMEOUT_SECS", "90",
                "WS_TYPING_DEBOUNCE_MS", "250",
                "WS_TYPING_EXPIRE_SECS", "4",
                "WS_RATE_LIMIT_PER_SEC", "33",
                "WADDLE_CHANNEL_SOCKETS", "12",
                "LOG_LEVEL", "debug");
        assertThat(config.threadkit().dialect().idleTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.threadkit().dialect().typingDebounce()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.threadkit().dialect().typingExpiry()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.threadkit().dialect().messagesPerSecond()).isEqualTo(33);
        assertThat(config.waddle().dialect().channelSockets()).isEqualTo(12);
        assertThat(config.log().level()).isEqualTo(LogSettings.Level.DEBUG);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "network.port     | 70000     | network.port: \"70000\" (expected: integer, 0 to 65535)",
                "network.port     | many      | network.port: \"many\" is no whole number",
                "drain.timeout    | 10        | drain.timeout: \"10\" is no duration (write 500ms, 10s, 5m, 2h or 7d)",
                "drain.timeout    | 11m       | drain.timeout: \"11m\" (expected: duration, 0s to 10m)",
                "limits.memory-budget | 4 apples | limits.memory-budget: \"4 apples\" is no size (write 4096, 64KiB, 16MiB or 1GiB)",
                "network.echo     | maybe     | network.echo: \"maybe\" (expected: true or false)",
                "history.durability | forever | history.durability: \"forever\" (expected: one of async, committed, synced)",
                "log.level        | loud      | log.level: \"loud\" (expected: one of debug, info, warn, error)",
                "threadkit.site-id | 1-1-1-1-1 | threadkit.site-id: \"1-1-1-1-1\" is no UUID (expected: 8-4-4-4-12 hexadecimal digits)",
                "compression.dialects | waddle,chat | compression.dialects: \"chat\" (expected: all, or some of threadkit, waddle, summit, graphwiz, echo)",
                "compression.level | 0        | compression.level: \"0\" (expected: integer, 1 to 9)",
                "mode             | staging   | mode: \"staging\" (expected: development, test or production)",
                "network.prot     | 1         | there is no setting \"network.prot\"; did you mean network.port?",
                "waddle.chanel-sockets | 1    | there is no setting \"waddle.chanel-sockets\"; did you mean waddle.channel-sockets?",
            })
    void mistake_isOneSentenceThatSaysWhereAndWhat(String key, String value, String sentence) {
        assertThatThrownBy(() -> read(new Sources(null, null, Map.of(), Map.of(key, value), Map.of())))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("--set " + key + ": " + sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "portt: 1                     | there is no setting \"portt\"; did you mean network.port?",
                "port: 1                      | there is no setting \"port\"; did you mean network.port?",
                "met: []                      | there is no setting \"met\"; did you mean meet?",
                "wadle: {enabled: true, a: 1} | there is no section \"wadle\"; did you mean waddle?",
                "wadle: 5                     | there is no setting \"wadle\"; did you mean waddle?",
                "threadkit: 5                 | threadkit is a table (expected: settings below it, such as threadkit.enabled)",
                "zebra: {stripes: 7}          | there is no setting \"zebra.stripes\"; docs/configuration.md has all settings",
            })
    void unknownKeyInTheFile_isOneSentenceWithASuggestion(String text, String sentence) throws IOException {
        Sources sources = yaml(text);
        assertThatThrownBy(() -> read(sources))
                .isInstanceOfSatisfying(
                        ConfigProblems.class,
                        e -> assertThat(e.problems())
                                .singleElement()
                                .asString()
                                .endsWith("earshot.yaml line 1: " + sentence));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v1/x",
                "/health",
                "/channel",
                "/demo",
                "/metrics",
                "/stats",
                "/docs",
                "/static",
                "/echo"
            })
    void path_whereSomethingElseAnswers_isRefused(String path) {
        assertThatThrownBy(() -> environment("EARSHOT_THREADKIT_PATH", path))
                .hasMessageContaining("threadkit.path: \"" + path + "\"");
        assertThat(environment("EARSHOT_THREADKIT_PATH", "/v10")
                        .threadkit()
                        .dialect()
                        .path())
                .isEqualTo("/v10");
    }

    @Test
    void toml_isToldThatSettingsAreYaml() throws IOException {
        Path toml = file("earshot.toml", "[network]\nport = 1\n");
        assertThatThrownBy(() -> read(new Sources(toml, null, Map.of(), Map.of(), Map.of())))
                .hasMessageContaining("settings are YAML");
    }

    @Test
    void mistakes_areSaidAllAtOnce() throws IOException {
        assertThatThrownBy(() -> read(yaml("network:\n  port: x\n  hots: y\nlog:\n  level: z\n")))
                .isInstanceOfSatisfying(
                        ConfigProblems.class, e -> assertThat(e.problems()).hasSize(3));
    }

    @Test
    void ownVariable_thatIsUnknown_isAnErrorWithASuggestion() {
        assertThatThrownBy(() -> environment("EARSHOT_NETWORK_PROT", "1"))
                .hasMessage(
                        "environment: there is no variable EARSHOT_NETWORK_PROT; did you mean EARSHOT_NETWORK_PORT?");
        assertThat(environment("SOMETHING_ELSE", "1").network().port()).isEqualTo(9001);
    }

    @Test
    void redis_byUrlOrInPieces_meansSeveralNodes_andIsShownWithoutItsPassword() throws IOException {
        assertThat(read(yaml("log:\n  level: warn\n")).redis().isOn()).isFalse();
        RedisSettings whole =
                environment("REDIS_URL", "redis://:do-not-show@cache:7000/2").redis();
        assertThat(whole.servers()).containsExactly("redis://:do-not-show@cache:7000/2");
        assertThat(whole.shown()).isEqualTo("redis://cache:7000/2");
        assertThat(whole).hasToString("redis://cache:7000/2");
        Path dotenv = file("redis.env", "REDIS_HOST=cache\nREDIS_PASSWORD=a+b@c\nWS_BATCHER_FLUSH_MS=20\n");
        RedisSettings pieces =
                read(new Sources(null, dotenv, Map.of(), Map.of(), Map.of())).redis();
        assertThat(pieces.servers()).containsExactly("redis://:a%2Bb%40c@cache:6379/0");
        assertThat(pieces.flush()).isEqualTo(Duration.ofMillis(20));
        assertThat(read(yaml("redis:\n  url: [redis://a:1, redis://b:2]\n"))
                        .redis()
                        .servers())
                .containsExactly("redis://a:1", "redis://b:2");
    }

    @Test
    void redis_thatCannotBeMeant_isAnErrorThatSaysWhatIs() {
        assertThatThrownBy(() -> environment("REDIS_URL", "redis://a", "REDIS_HOST", "b"))
                .hasMessageContaining("redis.url: given, and redis.host");
        assertThatThrownBy(() -> environment("REDIS_URL", "http://:do-not-show@a"))
                .hasMessageContaining("expected: redis://host:port")
                .hasMessageNotContaining("do-not-show");
    }

    @Test
    void redis_thatKubernetesTellsEveryPodOf_isNobodysWish() {
        assertThat(environment("REDIS_SERVICE_HOST", "10.0.0.7", "REDIS_PORT", "tcp://10.0.0.7:6379")
                        .isDevelopment())
                .isTrue();
    }

    @Test
    void yaml_thatIsBroken_saysTheLineAndNoTrace() throws IOException {
        assertThatThrownBy(() -> read(yaml("network:\n  port: [1\n")))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("earshot.yaml line")
                .hasMessageContaining("no valid YAML");
        assertThatThrownBy(() -> read(yaml("- a\n"))).hasMessageContaining("expected: keys and values");
        assertThatThrownBy(() -> read(new Sources(directory.resolve("none.yaml"), null, Map.of(), Map.of(), Map.of())))
                .hasMessageContaining("no such file");
    }

    @Test
    void yaml_withATag_constructsNothing() throws IOException {
        assertThatThrownBy(() -> read(yaml("network:\n  port: !!java.net.URL [\"http://localhost/\"]\n")))
                .isInstanceOf(ConfigProblems.class);
    }

    @Test
    void meetingsAndSites_comeFromTheFile() throws IOException {
        ServerConfig config = read(yaml("""
                meet:
                  - rooms: "team-*"
                    dialects: [threadkit, waddle]
                threadkit:
                  sites:
                    - id: 11111111-1111-4111-8111-111111111111
                      domain: example.org
                      keys: [tk_pub_a, tk_sec_b]
                      origins: [https://example.org]
                waddle:
                  jwt-secret: [new, old]
                """));
        assertThat(config.meetings()).extracting(Meeting::rooms).containsExactly("team-*");
        assertThat(config.threadkit().sites().getFirst().keys()).containsExactly("tk_pub_a", "tk_sec_b");
        assertThat(config.waddle().tokens().secrets()).containsExactly("new", "old");
        assertThatThrownBy(() -> read(yaml("meet: [{rooms: a, dialects: [klingon, waddle]}]")))
                .hasMessageContaining("no dialect is called \"klingon\"");
    }

    @Test
    void retention_isUnlimited_unlessTheOperatorSaysHowMuch() {
        assertThat(read(Sources.NOTHING).waddle().dialect().retention()).isEqualTo(Retention.EVERYTHING);
        ServerConfig config = environment(
                "EARSHOT_WADDLE_HISTORY_COUNT", "10",
                "EARSHOT_WADDLE_HISTORY_AGE", "30d",
                "EARSHOT_WADDLE_HISTORY_BYTES", "1MiB",
                "EARSHOT_THREADKIT_HISTORY_AGE", "7d",
                "EARSHOT_THREADKIT_HISTORY_BYTES", "2MiB");
        assertThat(config.waddle().dialect().retention())
                .isEqualTo(new Retention(10, Duration.ofDays(30), 1 << 20, true));
        assertThat(config.threadkit().dialect().historyAge()).isEqualTo(Duration.ofDays(7));
        assertThat(config.threadkit().dialect().historyBytes()).isEqualTo(2 << 20);
    }

    @Test
    void compression_isOff_untilItIsAskedForByDialectOrForAll() {
        assertThat(read(Sources.NOTHING).compression()).isEqualTo(new CompressionSettings(Set.of(), 1, 256, 100));
        assertThat(environment("EARSHOT_COMPRESSION_DIALECTS", "waddle,echo")
                        .compression()
                        .dialects())
                .containsExactlyInAnyOrder("waddle", "echo");
        assertThat(environment("EARSHOT_COMPRESSION_DIALECTS", "all", "EARSHOT_COMPRESSION_MIN_BYTES", "1KiB")
                        .compression())
                .isEqualTo(new CompressionSettings(
                        Set.of("threadkit", "waddle", "summit", "graphwiz", "echo"), 1, 1024, 100));
    }

    @Test
    void meetingsAndSites_comeAsJsonFromTheEnvironment() {
        ServerConfig config = environment(
                "EARSHOT_MEET",
                "[{\"rooms\":\"team-*\",\"dialects\":[\"threadkit\",\"waddle\"]}]",
                "EARSHOT_THREADKIT_SITES",
                """
                [{"id": "11111111-1111-4111-8111-111111111111", "domain": "example.org",
                  "keys": ["tk_pub_a", "tk_sec_b"], "origins": ["https://example.org"]}]
                """);
        assertThat(config.meetings()).extracting(Meeting::rooms).containsExactly("team-*");
        assertThat(config.threadkit().sites().getFirst().keys()).containsExactly("tk_pub_a", "tk_sec_b");
        assertThat(config.threadkit().sites().getFirst().origins()).containsExactly("https://example.org");
        assertThatThrownBy(() -> environment("EARSHOT_MEET", "[{"))
                .hasMessage("environment EARSHOT_MEET: meet: is no valid JSON");
        assertThatThrownBy(() -> environment("EARSHOT_MEET", "lobby"))
                .hasMessage("environment EARSHOT_MEET: meet: is no list (expected: list of {rooms, dialects}; as JSON"
                        + " outside the file)");
    }

    @Test
    void secrets_areNeverShown() {
        ServerConfig config = environment("JWT_SECRET", "do-not-show-this-1 do-not-show-this-2");
        StringBuilder everything = new StringBuilder(config.toString());
        for (Setting<?> setting : ServerConfig.SETTINGS.all())
            everything.append(config.values().shown(setting)).append('\n');
        everything.append(config.threadkit()).append(config.waddle());
        assertThat(everything).doesNotContain("do-not-show");
        assertThat(everything).contains("2 secrets, newest ********");
    }

    @Test
    void bind_beyondLoopback_isProduction_unlessSaidOtherwise() {
        assertThatThrownBy(() -> environment("HOST", "0.0.0.0"))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("production needs a key");
        assertThat(environment("HOST", "0.0.0.0", "NODE_ENV", "development").isDevelopment())
                .isTrue();
    }

    @Test
    void production_refusesWhatDevelopmentMakesUp() {
        assertThatThrownBy(() -> environment("NODE_ENV", "production", "JWT_SECRET", "your-secret-key-here"))
                .hasMessageContaining("placeholder")
                .hasMessageContaining("threadkit.sites: production needs at least one site");
        assertThatThrownBy(() -> environment("NODE_ENV", "production", "JWT_SECRET", "short"))
                .hasMessageContaining("threadkit.jwt-secret: has 5 characters");
        assertThatThrownBy(() -> environment("NODE_ENV", "production", "JWT_SECRET", "a".repeat(64)))
                .hasMessageContaining("nobody can guess");
    }

    @Test
    void production_withRedis_needsNoSiteOfTheConfiguration() {
        ServerConfig config =
                environment("NODE_ENV", "production", "JWT_SECRET", STRONG, "REDIS_URL", "redis://127.0.0.1:6379");
        assertThat(config.threadkit().sites()).isEmpty();
    }

    @Test
    void production_refusesLocalhostOrigins_andWarnsOfASharedSecret() throws IOException {
        String sites = """
                mode: production
                threadkit:
                  sites:
                    - id: 11111111-1111-4111-8111-111111111111
                      keys: [tk_pub_a]
                      origins: [%s]
                """;
        Map<String, String> secret = Map.of("JWT_SECRET", STRONG);
        Path bad = file("bad.yaml", sites.formatted("http://localhost:3000"));
        assertThatThrownBy(() -> read(new Sources(bad, null, secret, Map.of(), Map.of())))
                .hasMessageContaining("Production cannot use localhost");
        Path good = file("good.yaml", sites.formatted("https://example.org"));
        ServerConfig config = read(new Sources(good, null, secret, Map.of(), Map.of()));
        assertThat(config.warnings())
                .anyMatch(w -> w.startsWith("one secret serves graphwiz and summit and threadkit and waddle"));
        assertThat(config.meetings()).isEmpty();
    }

    @Test
    void dotenv_readsQuotesCommentsAndExport() throws IOException {
        Path dotenv = file("q.env", """
                # a comment
                export PORT=81 # behind a value
                JWT_SECRET='with # hash'
                LOG_LEVEL="warn"
                """);
        ServerConfig config = read(new Sources(null, dotenv, Map.of(), Map.of(), Map.of()));
        assertThat(config.network().port()).isEqualTo(81);
        assertThat(config.log().level()).isEqualTo(LogSettings.Level.WARN);
        assertThat(config.waddle().tokens().secrets()).isEqualTo(List.of("with", "#", "hash"));
    }

    @Test
    void distance_isLevenshteins() {
        assertThat(Settings.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Settings.distance("", "abc")).isEqualTo(3);
        assertThat(Settings.distance("same", "same")).isZero();
    }

    @Test
    void secret_withACommaInIt_isOneAndSaidSo() {
        String both = STRONG + "," + STRONG;
        ServerConfig config = environment("EARSHOT_SUMMIT_JWT_SECRET", both);
        assertThat(config.summit().tokens().secrets()).containsExactly(both);
        assertThat(config.warnings())
                .singleElement()
                .satisfies(w -> assertThat(w)
                        .startsWith("summit.jwt-secret: has a comma")
                        .doesNotContain(STRONG));
        ServerConfig two = environment("EARSHOT_SUMMIT_JWT_SECRET", STRONG + " " + STRONG);
        assertThat(two.summit().tokens().secrets()).hasSize(2);
        assertThat(two.warnings()).isEmpty();
    }
}
