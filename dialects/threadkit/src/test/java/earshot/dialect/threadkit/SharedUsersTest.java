package earshot.dialect.threadkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.records.RecordCache;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.MemoryRecords;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;

/** protocols/threadkit.md section 6.2. */
final class SharedUsersTest {
    private static final String ANN = TestWorld.ANN;
    private static final UserId USER = new UserId("threadkit", ANN);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MemoryRecords records = new MemoryRecords();
    private final ManualClock clock = new ManualClock();
    private final SharedUsers users = new SharedUsers(
            records,
            new RecordCache.Terms(100, Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofMinutes(5)),
            clock,
            Meter.NONE);

    @Test
    void user_ofTheHttpServer_isReadByWhatEachFieldIs() {
        records.hashes.put("user:" + ANN, original());
        Profile found = find().orElseThrow();
        assertThat(found.user()).isEqualTo(USER);
        assertThat(found.name()).isEqualTo("Ann");
        assertThat(found.avatarUrl()).isNull();
        assertThat(JSON.readTree(found.attributes()))
                .isEqualTo(JSON.readTree("{\"karma\":7,\"created_at\":\"2025-12-09T05:32:57.123456Z\","
                        + "\"total_comments\":3,\"social_links\":{\"github\":\"ann\"}}"));
        assertThat(records.asked).containsExactly("user:" + ANN);
    }

    @Test
    void user_withSecrets_tellsNoneOfThem() {
        records.hashes.put("user:" + ANN, original());
        assertThat(find().orElseThrow().attributes()).doesNotContain("ann@example.com", "provider", "banned", "4915");
    }

    @ParameterizedTest
    @ValueSource(strings = {"123", "true", "null", "\"Ann\"", "{}", "Ännchen \u0001 \uD83D\uDE00"})
    void user_whoseNameLooksLikeJson_isCalledSo(String name) {
        Map<String, String> fields = original();
        fields.put("name", name);
        fields.put("avatar_url", "https://example.com/a.png");
        records.hashes.put("user:" + ANN, fields);
        assertThat(find().orElseThrow().name()).isEqualTo(name);
        assertThat(find().orElseThrow().avatarUrl()).isEqualTo("https://example.com/a.png");
    }

    @Test
    void user_whoWasDeleted_isMissingAlsoWhenACounterCameBack() {
        records.hashes.put("user:" + ANN, Map.of("karma", "-1"));
        assertThat(find()).isEmpty();
        clock.advance(Duration.ofSeconds(4));
        records.hashes.put("user:" + ANN, Map.of("name", "Ann"));
        assertThat(find()).isEmpty();
    }

    @Test
    void fields_thatAreNotWhatTheyShouldBe_areLeftOut() {
        Map<String, String> fields = original();
        fields.put("karma", "many");
        fields.put("total_comments", "007");
        fields.put("created_at", "null");
        fields.put("social_links", "[1]");
        fields.put("earshot_attributes", "{\"a\":");
        records.hashes.put("user:" + ANN, fields);
        assertThat(find().orElseThrow().attributes()).isEqualTo("{}");
    }

    @Test
    void put_then_isFoundAsItWasPut() {
        Profile profile = new Profile(
                USER,
                "Ann \"the\" first",
                "https://example.com/ann.png",
                "{\"karma\":-7,\"created_at\":\"2025-12-09T05:32:57Z\",\"total_comments\":\"three\",\"social_links\":"
                        + "{\"github\":\"ann\"},\"email\":\"x@example.com\",\"badge\":{\"a\":[1,2.5,null]},\"vip\":true,"
                        + "\"note\":\"say \\\"ü\\\"\"}");
        users.put(profile).toCompletableFuture().join();
        Map<String, String> stored = records.hashes.get("user:" + ANN);
        assertThat(stored)
                .containsEntry("id", ANN)
                .containsEntry("name", "Ann \"the\" first")
                .containsEntry("avatar_url", "https://example.com/ann.png")
                .containsEntry("karma", "-7")
                .containsEntry("created_at", "2025-12-09T05:32:57Z")
                .containsEntry("social_links", "{\"github\":\"ann\"}")
                .doesNotContainKeys("email", "total_comments", "badge");
        Profile found = find().orElseThrow();
        assertThat(found.name()).isEqualTo(profile.name());
        assertThat(JSON.readTree(found.attributes())).isEqualTo(JSON.readTree(profile.attributes()));
    }

    @Test
    void put_overAUserOfTheHttpServer_leavesWhatItDoesNotName() {
        records.hashes.put("user:" + ANN, original());
        find();
        users.put(Profile.named(USER, "Anna")).toCompletableFuture().join();
        assertThat(records.hashes.get("user:" + ANN))
                .containsEntry("email", "ann@example.com")
                .containsEntry("karma", "7")
                .containsEntry("avatar_url", "null");
        Profile found = find().orElseThrow();
        assertThat(found.name()).as("not remembered from before").isEqualTo("Anna");
        assertThat(found.attributes()).contains("\"karma\":7");
    }

    @Test
    void store_thatIsAway_isAFailure() {
        records.away = true;
        assertThat(users.find(USER).toCompletableFuture()).isCompletedExceptionally();
        assertThat(users.put(Profile.named(USER, "Ann")).toCompletableFuture()).isCompletedExceptionally();
    }

    private static Map<String, String> original() {
        Map<String, String> fields = new HashMap<>();
        fields.put("id", ANN);
        fields.put("name", "Ann");
        fields.put("email", "ann@example.com");
        fields.put("phone", "+4915");
        fields.put("avatar_url", "null");
        fields.put("provider", "google");
        fields.put("provider_id", "null");
        fields.put("email_verified", "true");
        fields.put("karma", "7");
        fields.put("global_banned", "false");
        fields.put("shadow_banned", "false");
        fields.put("created_at", "2025-12-09T05:32:57.123456Z");
        fields.put("username_set", "true");
        fields.put("social_links", "{\"github\":\"ann\"}");
        fields.put("total_comments", "3");
        return fields;
    }

    private Optional<Profile> find() {
        return users.find(USER).toCompletableFuture().join();
    }
}
