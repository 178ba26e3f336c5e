package earshot.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresSettingsTest {
    private static final String REDIS = "redis://127.0.0.1";

    private static ServerConfig environment(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) variables.put(namesAndValues[i], namesAndValues[i + 1]);
        return ServerConfig.read(Sources.environment(variables), (_, _) -> "Zk3vQ9-tR7wXyB1nM5cD8fG2hJ4kL6pS0aUeIoTq");
    }

    @Test
    void url_asPlatformsGiveIt_isTakenApartAndShownWithoutItsPassword() {
        ServerConfig config = environment(
                "DATABASE_URL", "postgres://ada:do%2Dnot+show@db:5433/chat?sslmode=require", "REDIS_URL", REDIS);
        PostgresSettings postgres = config.postgres();
        assertThat(postgres.jdbcUrl()).isEqualTo("jdbc:postgresql://db:5433/chat?sslmode=require");
        assertThat(postgres.user()).isEqualTo("ada");
        assertThat(postgres.password()).isEqualTo("do-not+show");
        assertThat(postgres).hasToString("postgres://ada@db:5433/chat");
        assertThat(config.values().shown(PostgresSettings.URL)).doesNotContain("show");
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void url_asJavaGivesIt_withUserAndPasswordApart_isTheSame() {
        PostgresSettings postgres = environment(
                        "EARSHOT_POSTGRES_URL",
                        "jdbc:postgresql://db/chat",
                        "EARSHOT_POSTGRES_USER",
                        "ada",
                        "EARSHOT_POSTGRES_PASSWORD",
                        "do-not-show")
                .postgres();
        assertThat(postgres.jdbcUrl()).isEqualTo("jdbc:postgresql://db/chat");
        assertThat(postgres.user()).isEqualTo("ada");
        assertThat(postgres.password()).isEqualTo("do-not-show");
        assertThat(postgres.toString()).doesNotContain("show");
    }

    @Test
    void databaseUrl_ofSomethingElse_isNobodysWish() {
        assertThat(environment("DATABASE_URL", "mysql://root@db/shop")
                        .postgres()
                        .isOn())
                .isFalse();
        assertThatThrownBy(() -> environment("EARSHOT_POSTGRES_URL", "mysql://root:do-not-show@db/shop"))
                .hasMessageContaining("expected: postgres://")
                .hasMessageNotContaining("show");
        assertThatThrownBy(() -> environment("EARSHOT_POSTGRES_URL", "postgres://db"))
                .hasMessageContaining("expected: postgres://");
    }

    @Test
    void severalNodes_withoutAnArchive_areWarned_andAnArchiveWithoutThemAsWell() {
        assertThat(environment("REDIS_URL", REDIS).warnings()).anyMatch(w -> w.contains("DATABASE_URL"));
        assertThat(environment("DATABASE_URL", "postgres://db/chat").warnings())
                .anyMatch(w -> w.contains("not used") && w.contains("SQLite"));
    }

    @Test
    void keepMessages_belowWhatARoomReads_isWarnedOf_perDialect() {
        assertThat(both().warnings()).as("the defaults fit").isEmpty();
        assertThat(both("EARSHOT_REDIS_KEEP_MESSAGES", "100", "EARSHOT_SUMMIT_ENABLED", "false")
                        .warnings())
                .as("threadkit keeps 100 in all, waddle shows 50")
                .isEmpty();
        assertThat(both("EARSHOT_REDIS_KEEP_MESSAGES", "400", "EARSHOT_WADDLE_HISTORY", "500")
                        .warnings())
                .singleElement()
                .asString()
                .contains("redis.keep-messages: 400", "532", "waddle.history");
        assertThat(environment("EARSHOT_WADDLE_HISTORY", "1000", "REDIS_URL", REDIS)
                        .warnings())
                .as("without an archive all of it is in Redis")
                .noneMatch(w -> w.contains("keep-messages"));
    }

    private static ServerConfig both(String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(List.of("REDIS_URL", REDIS, "DATABASE_URL", "postgres://db/chat"));
        return environment(all.toArray(String[]::new));
    }
}
