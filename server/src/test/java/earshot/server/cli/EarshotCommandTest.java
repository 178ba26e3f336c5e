package earshot.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.bench.load.Profiles;
import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import earshot.engine.sql.SqliteDirectory;
import earshot.server.token.SecretFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EarshotCommandTest {
    private static final String SECRET = "waddle.jwt-secret=a-secret-of-the-test-0123456789abcdef";

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = EarshotCommand.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "token", "api-key", "check-config", "watch", "health"})
    void help_ofEachCommand_teachesWithExamples(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString())
                .contains("Usage: earshot " + command)
                .contains("Examples:")
                .contains("./earshot " + command);
    }

    @Test
    void bench_withAnOptionForItsServer_takesIt() {
        var line = EarshotCommand.commandLine();
        String[] words = {"bench", "--serve", "--server-option=--data=/tmp/x", "--server-option", "--dev"};
        line.parseArgs(words);
        var bench = line.getSubcommands().get("bench").getCommandSpec();
        assertThat(bench.findOption("--server-option").<List<String>>getValue())
                .containsExactly("--data=/tmp/x", "--dev");
    }

    /** A line that begins with blanks is shown as it is; a terminal breaks a longer one anywhere. */
    @Test
    void examples_ofEachCommand_fitATerminal() {
        List<CommandLine> all = new ArrayList<>(List.of(EarshotCommand.commandLine()));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(all.get(i).getSubcommands().values());
            var usage = all.get(i).getCommandSpec().usageMessage();
            assertThat(usage.footer())
                    .as(all.get(i).getCommandName())
                    .allMatch(line -> !line.startsWith(" ") || line.length() < 80);
        }
        assertThat(all).hasSizeGreaterThan(10);
    }

    @Test
    void redis_isAskedForByThoseThatStartAServer() {
        run("health", "--help");
        assertThat(out.toString()).doesNotContain("--redis");
        run("serve", "--help");
        assertThat(out.toString()).contains("--redis");
    }

    @Test
    void help_ofAll_namesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("serve", "token", "api-key", "check-config", "watch", "health", "version");
    }

    @Test
    void profilesOfBench_areShownWithoutARun() {
        assertThat(run("bench", "--profile", "help")).isZero();
        assertThat(out.toString().lines())
                .hasSize(Profiles.names().size())
                .anyMatch(line -> line.startsWith("  fan-1000 "));
        assertThat(run("bench", "--profile", "nonsense")).isEqualTo(2);
        assertThat(err.toString())
                .contains("there is no profile nonsense; there are")
                .contains("\n  fan-1000 ");
    }

    @Test
    void version_saysJavaToo() {
        assertThat(run("version")).isZero();
        assertThat(out.toString()).startsWith("Earshot ").contains("Java 2");
    }

    @Test
    void mistakes_areOneSentenceAndStatusTwo_neverATrace() {
        assertThat(run("serve", "--prot", "1")).isEqualTo(2);
        assertThat(run("sreve")).isEqualTo(2);
        assertThat(run("check-config", "--set", "network.prot=1")).isEqualTo(2);
        assertThat(run(
                        "check-config",
                        "--config",
                        directory.resolve("none.yaml").toString()))
                .isEqualTo(2);
        assertThat(run("check-config", "--dev", "--production")).isEqualTo(2);
        assertThat(run("token", "klingon", "--data", "none")).isEqualTo(2);
        assertThat(run("token", "threadkit", "--user", "no-uuid", "--set", "threadkit.jwt-secret=s", "--data", "none"))
                .isEqualTo(2);
        assertThat(run("api-key", "create", "x", "--scopes", "nonsense", "--data", directory.toString()))
                .isEqualTo(2);
        assertThat(run("watch", "room", "--key", "k", "--server", "nonsense")).isEqualTo(2);
        assertThat(err.toString())
                .contains("Try: ./earshot serve --help")
                .contains("did you mean network.port?")
                .contains("expected: threadkit, waddle, summit or graphwiz")
                .doesNotContain("\tat ")
                .doesNotContain("unexpected")
                .doesNotContain("Exception");
    }

    @Test
    void start_thatFails_isASentence() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        assertThat(run("serve", "--port", "0", "--data", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("earshot: ")
                .doesNotContain("Exception")
                .doesNotContain("unexpected");
    }

    @Test
    void checkConfig_takesTheOptionsOfServe() {
        assertThat(run("check-config", "--port", "81", "--echo", "--log", "json"))
                .isZero();
        assertThat(out.toString())
                .containsPattern("network.port +81 +\\[--port\\]")
                .containsPattern("network.echo +true +\\[--echo\\]")
                .containsPattern("log.format +json +\\[--log\\]");
        assertThat(run("check-config", "--host", "0.0.0.0")).isEqualTo(2);
        assertThat(err.toString()).contains("production needs a key");
    }

    @Test
    void redis_withoutAnAddress_isTheOneOnThisMachine() {
        assertThat(run("check-config", "--redis")).isZero();
        assertThat(out.toString()).containsPattern("redis.url +redis://127.0.0.1:6379 +\\[--redis\\]");
    }

    @Test
    void serve_withARedisThatIsNotThere_saysSoInOneSentence() {
        assertThat(run("serve", "--redis", "redis://127.0.0.1:1", "--port", "0", "--data", "none"))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("earshot: Redis cannot be used: 127.0.0.1:1 does not answer");
    }

    @Test
    void checkConfig_saysValuesOriginsAndMeaning_withoutSecrets() {
        assertThat(run("check-config", "--set", "network.port=81", "--set", "waddle.jwt-secret=do-not-show"))
                .isZero();
        assertThat(out.toString())
                .containsPattern("network.port +81 +\\[--set network.port\\]")
                .containsPattern("network.host +127.0.0.1 +\\[default\\]")
                .contains("durability: an acknowledged message survives kill -9")
                .doesNotContain("do-not-show");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void apiKey_isCreatedListedAndRevoked() {
        String[] create = {"api-key", "create", "backend", "--scopes", "messages:write", "--data", directory.toString()
        };
        assertThat(run(create)).isZero();
        assertThat(out.toString()).startsWith("ek_");
        assertThat(run(create)).isEqualTo(2);
        assertThat(run("api-key", "list", "--data", directory.toString())).isZero();
        assertThat(out.toString()).contains("backend  messages:write");
        assertThat(run("api-key", "revoke", "backend", "--data", directory.toString()))
                .isZero();
        assertThat(run("api-key", "revoke", "backend", "--data", directory.toString()))
                .isEqualTo(2);
    }

    @Test
    void apiKey_byItsNameAlone_isCreated() {
        assertThat(run("api-key", "backend", "--scopes", "messages:write", "--data", directory.toString()))
                .isZero();
        assertThat(out.toString()).startsWith("ek_");
        assertThat(run("api-key", "list", "--data", directory.toString())).isZero();
        assertThat(out.toString()).contains("backend  messages:write");
        assertThat(run("api-key", "other", "--data", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("Give it --scopes");
    }

    @Test
    void token_withAName_putsTheUserIntoTheDataDirectory() {
        UserId ada = new UserId("waddle", "u/1");
        Profile before = new Profile(ada, "A", "/ada.png", "{\"karma\":3}");
        try (SqliteDirectory people = SqliteDirectory.visit(directory, Clock.SYSTEM)) {
            people.put(before).toCompletableFuture().join();
        }
        String nobody = "network.port=1";
        assertThat(run(
                        "token",
                        "waddle",
                        "--user",
                        ada.id(),
                        "--name",
                        "Ada",
                        "--set",
                        nobody,
                        "--set",
                        SECRET,
                        "--data",
                        directory.toString()))
                .isZero();
        assertThat(err.toString()).isEmpty();
        try (SqliteDirectory people = SqliteDirectory.visit(directory, Clock.SYSTEM)) {
            assertThat(people.find(ada).toCompletableFuture().join())
                    .contains(new Profile(ada, "Ada", before.avatarUrl(), before.attributes()));
        }
    }

    @Test
    void token_withANameAndNoPlaceForIt_isPrintedAllTheSame() {
        assertThat(run(
                        "token",
                        "waddle",
                        "--name",
                        "Ada",
                        "--set",
                        "network.port=1",
                        "--set",
                        SECRET,
                        "--data",
                        "none"))
                .isZero();
        assertThat(out.toString().strip()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
        assertThat(err.toString()).contains("the user was not put");
    }

    @Test
    void token_withASecretThatNoServerHas_isNotMade() {
        Path nowhere = directory.resolve("nowhere");
        assertThat(run("token", "waddle", "--data", nowhere.toString())).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("earshot: there is no secret for waddle in " + nowhere + ";")
                .contains("--data DIR");
        assertThat(out.toString()).isEmpty();
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void token_optionOfTheOtherDialect_isRefused() {
        String[] threadkit = {"token", "threadkit", "--permissions", "read", "--set", "threadkit.jwt-secret=s"};
        assertThat(run(threadkit)).isEqualTo(2);
        assertThat(run("token", "waddle", "--site", "11111111-1111-4111-8111-111111111111", "--set", SECRET))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--permissions is for waddle", "--site is for threadkit");
    }

    @Test
    void token_withAnUnknownPermission_isMadeWithAWarning() {
        assertThat(run("token", "waddle", "--permissions", "read,wirte", "--set", SECRET))
                .isZero();
        assertThat(err.toString()).contains("no permission wirte (expected: read, write, moderate)");
        assertThat(out.toString().strip()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
    }

    @Test
    void token_withANameAndASharedRedis_putsTheUserThere() {
        RedisServer redis = RedisServer.shared();
        String user = UUID.randomUUID().toString();
        String[] to = {
            "--set", "redis.url=" + redis.address(), "--data", directory.toString(), "--set", "network.port=1"
        };
        List<String> waddle =
                new ArrayList<>(List.of("token", "waddle", "--user", user, "--name", "Ada", "--set", SECRET));
        waddle.addAll(List.of(to));
        assertThat(run(waddle.toArray(String[]::new))).as("%s", err).isZero();
        assertThat(redis.ask("HGET", "earshot:user:waddle:" + user, "name")).isEqualTo("Ada");
        redis.ask("HSET", "user:" + user, "id", user, "name", "before", "email", "a@b.c");
        List<String> threadkit = new ArrayList<>(List.of(
                "token",
                "threadkit",
                "--user",
                user,
                "--name",
                "Ann",
                "--set",
                "threadkit.jwt-secret=s",
                "--site",
                user));
        threadkit.addAll(List.of(to));
        assertThat(run(threadkit.toArray(String[]::new))).as("%s", err).isZero();
        assertThat(redis.ask("HGET", "user:" + user, "name")).isEqualTo("Ann");
        assertThat(redis.ask("HGET", "user:" + user, "email")).isEqualTo("a@b.c");
    }

    @Test
    void token_isSignedByTheServersOwnDevelopmentSecret() {
        SecretFile.keeping().secret(Optional.of(directory), "waddle");
        assertThat(run("token", "waddle", "--user", "u1", "--data", directory.toString()))
                .isZero();
        assertThat(out.toString().strip()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
    }
}
