package earshot.it;

import static earshot.it.Client.method;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The threadkit site of a development server: its key, and three users with tokens. */
final class Commenters {
    private final RunningServer server;
    private final JsonNode site;

    Commenters(RunningServer server) throws IOException {
        this.server = server;
        this.site = new ObjectMapper()
                .readTree(server.get("/demo/config.json").body())
                .path("threadkit");
    }

    String id(int user) {
        return site.path("users").get(user).path("id").asString();
    }

    String name(int user) {
        return site.path("users").get(user).path("name").asString();
    }

    /** Where a user connects; below 0: somebody without a token. */
    String path(int user) {
        String anybody = "/ws?project_id=" + site.path("projectId").asString();
        return user < 0
                ? anybody
                : anybody + "&token="
                        + site.path("users").get(user).path("token").asString();
    }

    /** Where anybody connects, with a token that names them. */
    String pathOf(String userId) {
        String token = site.path("users").get(0).path("token").asString();
        String claims = new String(
                Base64.getUrlDecoder().decode(token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'))),
                StandardCharsets.UTF_8);
        JsonNode own = new ObjectMapper().readTree(claims);
        return path(-1) + "&token="
                + TestTokens.threadkit(userId, own.path("site_id").asString());
    }

    Client connect(int user) {
        Client client = Client.connect(server.ws(path(user)));
        client.hears("connected", method("connected"));
        return client;
    }

    /** On a page, its snapshot heard. */
    Client on(String page, int user) {
        Client client = connect(user);
        client.say(say("subscribe", page));
        client.hears("the snapshot", method("presence"));
        return client;
    }

    static String say(String method, String page) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":{\"page_id\":\"%s\"}}".formatted(method, page);
    }
}
