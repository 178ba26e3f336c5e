package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code /v1} as a back end calls it, with one key. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunningServer server;
    private final String key;

    /** @param key empty: calls go without one */
    Api(RunningServer server, String key) {
        this.server = server;
        this.key = key;
    }

    /** @param headers names and values in turn */
    HttpResponse<String> call(String method, String path, String body, String... headers) throws IOException {
        HttpRequest.Builder request = server.request(path)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!key.isEmpty()) request.header("authorization", "Bearer " + key);
        if (!body.isEmpty()) request.header("content-type", "application/json");
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        return server.send(request.build());
    }

    JsonNode ok(String method, String path, String body, String... headers) throws IOException {
        HttpResponse<String> answer = call(method, path, body, headers);
        assertThat(answer.statusCode())
                .as("%s %s: %s", method, path, answer.body())
                .isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    JsonNode get(String path) throws IOException {
        return ok("GET", path, "");
    }

    /** The id of a message posted by somebody named Bea. */
    String post(String realm, String room, String text) throws IOException {
        return ok("POST", messages(realm, room), said(text)).path("id").asString();
    }

    static String messages(String realm, String room) {
        return "/v1/" + realm + "/rooms/" + room + "/messages";
    }

    static String said(String text) {
        return "{\"author\":{\"id\":\"11111111-1111-4111-8111-111111111111\",\"name\":\"Bea\"},\"text\":\"" + text
                + "\"}";
    }

    /** @return the error's sentence */
    String refused(int status, String method, String path, String body, String... headers) throws IOException {
        HttpResponse<String> answer = call(method, path, body, headers);
        assertThat(answer.statusCode())
                .as("%s %s: %s", method, path, answer.body())
                .isEqualTo(status);
        return JSON.readTree(answer.body()).path("error").path("message").asString();
    }
}
