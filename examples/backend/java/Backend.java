import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A product's back end in one file: see ../README.md. */
public final class Backend {
    private static final Pattern PATH = Pattern.compile("/pages/([^/]+)/comments(?:/([^/]+)(/vote)?)?");

    private static final Answer NO_PATH = new Answer(404, "{\"error\":\"no such path; the README has all of them\"}");
    private static final Answer NO_AUTHOR = new Answer(400, "{\"error\":\"author: missing (expected: a name)\"}");

    private record Answer(int status, String body) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, int[]> votes = new ConcurrentHashMap<>(); // your database
    private final String earshot;
    private final String key;

    private Backend(String earshot, String key) {
        this.earshot = earshot;
        this.key = key;
    }

    public static void main(String[] args) throws IOException {
        String key = System.getenv("EARSHOT_KEY");
        if (key == null) {
            System.err.println("EARSHOT_KEY is missing: the API key that `./earshot serve` prints, or"
                    + " `./earshot api-key backend --scopes messages:write`");
            System.exit(2);
        }
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "9100"));
        String earshot = System.getenv().getOrDefault("EARSHOT_URL", "http://127.0.0.1:9001");
        Backend backend = new Backend(earshot, key);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", backend::handle);
        server.start();
        System.out.println("comments at http://127.0.0.1:" + port + ", told to " + earshot);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readNBytes(20_000), StandardCharsets.UTF_8);
            Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
            Answer answer = path.matches() ? act(exchange.getRequestMethod(), path, body) : NO_PATH;
            byte[] text = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(answer.status(), text.length);
            exchange.getResponseBody().write(text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer act(String method, Matcher path, String body) throws IOException, InterruptedException {
        String messages = "/" + path.group(1) + "/messages";
        String id = path.group(2);
        if (id == null) return method.equals("POST") ? comment(messages, body) : NO_PATH;
        if (path.group(3) != null) return tell("PUT", messages + "/" + id + "/votes", vote(id, body));
        return switch (method) {
            case "PUT" -> tell("PATCH", messages + "/" + id, "{\"text\":" + literal(member(body, "text").orElse("")) + "}");
            case "DELETE" -> tell("DELETE", messages + "/" + id, "");
            default -> NO_PATH;
        };
    }

    private Answer comment(String messages, String body) throws IOException, InterruptedException {
        Optional<String> author = member(body, "author").filter(name -> !name.isEmpty());
        return author.isPresent() ? tell("POST", messages, post(author.get(), body)) : NO_AUTHOR;
    }

    private static String post(String author, String body) {
        String parent = member(body, "parent").map(p -> ",\"replyTo\":" + literal(p)).orElse("");
        // The same name is the same user. Yours come from your users table.
        UUID user = UUID.nameUUIDFromBytes(author.getBytes(StandardCharsets.UTF_8));
        return "{\"id\":\"%s\",\"author\":{\"id\":\"%s\",\"name\":%s},\"text\":%s%s}"
                .formatted(UUID.randomUUID(), user, literal(author), literal(member(body, "text").orElse("")), parent);
    }

    private String vote(String id, String body) {
        int[] sums = votes.computeIfAbsent(id, _ -> new int[2]);
        synchronized (sums) {
            sums[body.contains("-1") ? 1 : 0]++;
            return "{\"upvotes\":" + sums[0] + ",\"downvotes\":" + sums[1] + "}";
        }
    }

    /** Tells Earshot; tries again when it is worth it, which the idempotency key makes safe. */
    private Answer tell(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(earshot + "/v1/threadkit/rooms" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .header("idempotency-key", UUID.randomUUID().toString())
                .timeout(Duration.ofSeconds(5))
                .build();
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (attempt == 5 || (answer.statusCode() < 500 && answer.statusCode() != 429))
                    return new Answer(answer.statusCode(), answer.body());
            } catch (IOException notReached) {
                if (attempt == 5) throw notReached;
            }
            Thread.sleep(ThreadLocalRandom.current().nextLong(200L << attempt));
        }
    }

    /** Good enough for an example; your product has a JSON library. */
    private static Optional<String> member(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        return found.find() ? Optional.of(found.group(1).translateEscapes()) : Optional.empty();
    }

    private static String literal(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ') out.append("\\u%04x".formatted((int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }
}
