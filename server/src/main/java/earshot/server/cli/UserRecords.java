package earshot.server.cli;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.time.Clock;
import earshot.engine.sql.DatabaseUnusable;
import earshot.engine.sql.SqliteDirectory;
import earshot.server.SharedUserBook;
import earshot.server.StartFailure;
import earshot.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLHandshakeException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How users are shown, changed from outside: through the API of the server that runs here, since it knows some by heart; without one in the Redis that nodes
 * share, or, where there is none, in the data directory. Blocks.
 */
final class UserRecords {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration WITHIN = Duration.ofSeconds(3);

    private final ServerConfig config;
    private final String base;
    private final String apiKey;
    private final Authority authority;
    private final Consumer<String> asides;

    /**
     * @param base address of the server
     * @param apiKey for it; empty: there is none, so it is not asked
     * @param asides why it could not be asked, where somebody can do something about it
     */
    UserRecords(ServerConfig config, String base, String apiKey, Authority authority, Consumer<String> asides) {
        this.config = config;
        this.base = base;
        this.apiKey = apiKey;
        this.authority = authority;
        this.asides = asides;
    }

    /** Names a user and leaves the rest of the record as it is. False: there is no place to put it, or none that answers. */
    boolean name(UserId user, String name) {
        if (nameThroughServer(user, name)) return true;
        return config.redis().isOn() ? nameInRedis(user, name) : nameInDirectory(user, name);
    }

    private boolean nameThroughServer(UserId user, String name) {
        if (apiKey.isEmpty() || base.isEmpty()) return false;
        try (HttpClient http = authority.client(WITHIN)) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(address(user)).timeout(WITHIN).header("authorization", "Bearer " + apiKey);
            HttpResponse<String> before = http.send(request.GET().build(), BodyHandlers.ofString());
            if (before.statusCode() != 200 && before.statusCode() != 404) return false;
            String record = named(before, name).toString();
            request.header("content-type", "application/json").PUT(BodyPublishers.ofString(record));
            return http.send(request.build(), BodyHandlers.ofString()).statusCode() == 200;
        } catch (CommandFailure e) {
            throw e;
        } catch (SSLHandshakeException _) {
            asides.accept(Authority.unbelieved(base));
            return false;
        } catch (IOException | RuntimeException _) {
            // Nobody there, or something else than a server of ours.
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private URI address(UserId user) {
        String id = URLEncoder.encode(user.id(), StandardCharsets.UTF_8).replace("+", "%20");
        return URI.create(base.replaceFirst("/+$", "") + "/v1/" + user.realm() + "/users/" + id);
    }

    private static ObjectNode named(HttpResponse<String> before, String name) {
        ObjectNode record = JSON.createObjectNode().put("name", name);
        if (before.statusCode() != 200) return record;
        JsonNode known = JSON.readTree(before.body());
        for (String rest : new String[] {"avatar", "attributes"})
            if (known.hasNonNull(rest)) record.set(rest, known.path(rest));
        return record;
    }

    private boolean nameInRedis(UserId user, String name) {
        try (SharedUserBook users = SharedUserBook.open(config)) {
            return users.name(user, name);
        } catch (StartFailure e) {
            asides.accept(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private boolean nameInDirectory(UserId user, String name) {
        Optional<Path> data = config.history().data().filter(this::isOurs);
        if (data.isEmpty()) return false;
        try (SqliteDirectory directory = SqliteDirectory.visit(data.get(), Clock.SYSTEM)) {
            Profile known =
                    directory.find(user).toCompletableFuture().join().orElseGet(() -> Profile.named(user, name));
            Profile renamed = new Profile(user, name, known.avatarUrl(), known.attributes());
            directory.put(renamed).toCompletableFuture().join();
            return true;
        } catch (DatabaseUnusable | CompletionException _) {
            return false;
        }
    }

    /** Where production has no directory, none is made by the way. */
    private boolean isOurs(Path data) {
        return config.isDevelopment() || Files.exists(data.resolve("directory.db"));
    }
}
