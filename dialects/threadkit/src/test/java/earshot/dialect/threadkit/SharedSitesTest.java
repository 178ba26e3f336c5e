package earshot.dialect.threadkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.records.RecordCache;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.MemoryRecords;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocols/threadkit.md sections 2.1 and 6.1. */
final class SharedSitesTest {
    private static final UUID SITE = UUID.fromString("9b2f6c1e-1111-2222-3333-000000000001");
    private static final String KEY = "tk_pub_0123456789abcdef0123456789abcdef";
    private static final String SECRET = "tk_sec_0123456789abcdef0123456789abcdef";
    private static final String SETTINGS = "{ \"moderation\":\"pre\", \"deep\":{\"a\":[1, 2.50, \"ü\"]} }";
    private static final String CONFIG = "{\"id\":\"" + SITE + "\",\"name\":\"Blog\",\"domain\":\"blog.example\","
            + "\"project_id_public\":\"" + KEY + "\",\"project_id_secret\":\"" + SECRET + "\",\"settings\":" + SETTINGS
            + "}";

    private final MemoryRecords records = new MemoryRecords();
    private final ManualClock clock = new ManualClock();
    private final SharedSites sites = new SharedSites(
            records,
            new RecordCache.Terms(100, Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofMinutes(5)),
            clock,
            Meter.NONE);

    @Test
    void key_thatTheHttpServerRemembers_isKnownByOneQuestion() {
        records.texts.put(
                "apikey:" + KEY,
                "{\"domain\":\"blog.example\",\"key_type\":\"public\",\"settings\":{\"x\":1},\"site_id\":\"" + SITE
                        + "\"}");
        assertThat(find(KEY)).contains(new Site(SITE, "blog.example", List.of()));
        assertThat(records.asked).containsExactly("apikey:" + KEY);
        assertThat(find(KEY)).isPresent();
        assertThat(records.asked).hasSize(1);
    }

    @Test
    void key_thatTheHttpServerForgot_isFoundByItsIndexAndRememberedForIt() {
        records.texts.put("apikey:" + KEY + ":site", SITE.toString());
        records.texts.put("apikey:" + SECRET + ":site", SITE.toString().toUpperCase(java.util.Locale.ROOT));
        records.texts.put("site:" + SITE + ":config", CONFIG);
        assertThat(find(KEY)).contains(new Site(SITE, "blog.example", List.of()));
        assertThat(records.asked)
                .containsExactly("apikey:" + KEY, "apikey:" + KEY + ":site", "site:" + SITE + ":config");
        assertThat(records.texts.get("apikey:" + KEY))
                .isEqualTo("{\"site_id\":\"" + SITE + "\",\"key_type\":\"public\",\"settings\":" + SETTINGS
                        + ",\"domain\":\"blog.example\"}");
        assertThat(records.kept).containsEntry("apikey:" + KEY, Duration.ofMinutes(5));
        assertThat(find(SECRET)).isPresent();
        assertThat(records.texts.get("apikey:" + SECRET)).contains("\"key_type\":\"secret\"");
    }

    @Test
    void key_underTheNameOfTheSeedsTime_isFound() {
        records.texts.put("apikey:" + SECRET + ":site", SITE.toString());
        records.texts.put("site:" + SITE + ":config", "{\"api_key_secret\":\"" + SECRET + "\"}");
        assertThat(find(SECRET)).contains(new Site(SITE, "", List.of()));
    }

    @Test
    void key_thatTheSiteHasReplaced_isUnknown() {
        records.texts.put("apikey:tk_pub_old:site", SITE.toString());
        records.texts.put("site:" + SITE + ":config", CONFIG);
        assertThat(find("tk_pub_old")).isEmpty();
        assertThat(records.kept).isEmpty();
    }

    @Test
    void key_unknown_isAskedForAgainAfterAMomentOnly() {
        assertThat(find(KEY)).isEmpty();
        int asked = records.asked.size();
        assertThat(find(KEY)).isEmpty();
        assertThat(records.asked).hasSize(asked);
        clock.advance(Duration.ofSeconds(4));
        records.texts.put("apikey:" + KEY, "{\"site_id\":\"" + SITE + "\"}");
        assertThat(find(KEY)).isPresent();
    }

    @Test
    void store_thatIsAway_isAFailureNotAnUnknownKey() {
        records.away = true;
        assertThat(sites.find(KEY).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void store_thatIsAway_keysThatWereKnownAMomentAgoStillCount() {
        records.texts.put("apikey:" + KEY, "{\"site_id\":\"" + SITE + "\"}");
        find(KEY);
        clock.advance(Duration.ofMinutes(2));
        records.away = true;
        assertThat(find(KEY)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{\"site_id\":1}",
                "{\"site_id\":\"1-1-1-1-1\"}",
                "{\"site_id\":\"x\"} {}"
            })
    void record_thatIsUnreadable_isNoSite(String text) {
        records.texts.put("apikey:" + KEY, text);
        assertThat(find(KEY)).isEmpty();
        records.texts.remove("apikey:" + KEY);
        clock.advance(Duration.ofSeconds(4));
        records.texts.put("apikey:" + KEY + ":site", text);
        assertThat(find(KEY)).isEmpty();
        clock.advance(Duration.ofSeconds(4));
        records.texts.put("apikey:" + KEY + ":site", SITE.toString());
        records.texts.put("site:" + SITE + ":config", text.replace("{}", "[]"));
        assertThat(find(KEY).map(Site::domain).orElse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\r\nb", "ü"})
    void key_thatNoneCanBe_isUnknownWithoutAsking(String key) {
        assertThat(find(key)).isEmpty();
        assertThat(records.asked).isEmpty();
    }

    private Optional<Site> find(String key) {
        return sites.find(key).toCompletableFuture().join();
    }
}
