package earshot.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiGuardTest {
    private static final long NOW_SECONDS = 1_800_000_000L;
    private static final String SIGNING = "signing-secret-0123456789";

    @TempDir
    Path data;

    private static final Clock CLOCK = new Clock() {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public long millis() {
            return NOW_SECONDS * 1000;
        }
    };

    private static ApiGuard guard(ApiKeys keys, String... settings) {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) flags.put(settings[i], settings[i + 1]);
        var api = ServerConfig.read(new Sources(null, null, Map.of(), flags, Map.of()), (_, _) -> "s")
                .api();
        return new ApiGuard(keys, api, CLOCK, Meter.NONE);
    }

    private static HttpRequest request(String key, String body, String... headers) {
        Map<String, List<String>> all = new HashMap<>();
        all.put("authorization", List.of("Bearer " + key));
        for (int i = 0; i < headers.length; i += 2) all.put(headers[i], List.of(headers[i + 1]));
        return new HttpRequest(
                "POST",
                "/v1/a b",
                "/v1/a%20b",
                Map.of("z", List.of("1"), "a", List.of("2", "3")),
                all,
                body.getBytes(StandardCharsets.UTF_8),
                "127.0.0.1",
                true);
    }

    private static int status(HttpResponse response) {
        return response == null ? 200 : response.status();
    }

    @Test
    void keyFile_keepsNoKey_andRevocationCounts() throws Exception {
        ApiKeyFile file = ApiKeyFile.in(data);
        String key = file.create("backend", Set.of(Scope.MESSAGES_WRITE), "random-part", 1);
        assertThat(Files.readString(data.resolve(ApiKeyFile.NAME))).doesNotContain("random-part");
        ApiKeyFile server = ApiKeyFile.in(data);
        ApiGuard guard = guard(server);
        assertThat(status(guard.refusal(request(key, ""), Scope.MESSAGES_WRITE)))
                .isEqualTo(200);
        assertThat(status(guard.refusal(request(key, ""), Scope.SESSIONS_WRITE)))
                .isEqualTo(403);
        assertThat(status(guard.refusal(request(key + "x", ""), Scope.MESSAGES_WRITE)))
                .isEqualTo(401);
        assertThat(file.revoke("backend")).hasSize(1);
        server.refresh();
        assertThat(status(guard.refusal(request(key, ""), Scope.MESSAGES_WRITE)))
                .isEqualTo(401);
    }

    @Test
    void rate_isPerKey() {
        ApiGuard guard = guard(ApiKeys.of(List.of("one", "two")), "api.calls-per-second", "2");
        assertThat(status(guard.refusal(request("one", ""), Scope.ADMIN))).isEqualTo(200);
        assertThat(status(guard.refusal(request("one", ""), Scope.ADMIN))).isEqualTo(200);
        assertThat(status(guard.refusal(request("one", ""), Scope.ADMIN))).isEqualTo(429);
        assertThat(status(guard.refusal(request("two", ""), Scope.ADMIN))).isEqualTo(200);
    }

    @Test
    void signature_fitsTheWholeCall_andItsTime() {
        ApiGuard guard = guard(
                ApiKeys.of(List.of("one")),
                "api.signing-secrets",
                "newer-secret " + SIGNING,
                "api.require-signature",
                "true");
        String time = Long.toString(NOW_SECONDS - 299);
        String signed = time + "\nPOST\n/v1/a%20b\na=2&a=3&z=1\nbody";
        String signature = "sha256=" + Signatures.hmac(SIGNING, signed.getBytes(StandardCharsets.UTF_8));
        String[] headers = {"x-earshot-timestamp", time, "x-earshot-signature", signature};
        assertThat(status(guard.refusal(request("one", "body", headers), Scope.ADMIN)))
                .isEqualTo(200);
        assertThat(status(guard.refusal(request("one", "other", headers), Scope.ADMIN)))
                .isEqualTo(401);
        assertThat(status(guard.refusal(request("one", "body"), Scope.ADMIN))).isEqualTo(401);
        String[] stale = {"x-earshot-timestamp", Long.toString(NOW_SECONDS - 301), "x-earshot-signature", signature};
        assertThat(status(guard.refusal(request("one", "body", stale), Scope.ADMIN)))
                .isEqualTo(401);
        String[] odd = {"x-earshot-timestamp", "9223372036854775807", "x-earshot-signature", signature};
        assertThat(status(guard.refusal(request("one", "body", odd), Scope.ADMIN)))
                .isEqualTo(401);
    }
}
