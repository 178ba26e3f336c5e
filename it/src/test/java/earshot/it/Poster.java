package earshot.it;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A product's back end that posts numbered comments on a page, one after the other, each under its key until it is told that it is stored. A thread
 * of its own.
 */
final class Poster {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CrashWorld world;
    private final String name;
    private final String page;
    private final Thread thread;
    private final List<Posted> posted = new ArrayList<>();
    private volatile boolean stopped;

    record Posted(int incarnation, String text, String id) {}

    Poster(CrashWorld world, String name, String page) {
        this.world = world;
        this.name = name;
        this.page = page;
        this.thread = Thread.ofVirtual().start(this::run);
    }

    /** Ends when its last comment is stored; what was answered, in order. */
    List<Posted> finish() throws InterruptedException {
        stopped = true;
        thread.join();
        return posted;
    }

    private void run() {
        for (int n = 0; !stopped; n++) {
            String text = name + " " + n;
            for (JsonNode answer = post(text); ; answer = post(text)) {
                if (answer == null) {
                    LockSupport.parkNanos(20_000_000);
                    continue;
                }
                posted.add(
                        new Posted(world.incarnation(), text, answer.path("id").asString()));
                break;
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Null: it may or may not be stored. */
    private JsonNode post(String text) {
        try {
            HttpResponse<String> answer = new Api(world.server(), CrashWorld.API_KEY)
                    .call("POST", Api.messages("threadkit", page), Api.said(text), "idempotency-key", text);
            if (answer.statusCode() == 200) return JSON.readTree(answer.body());
            world.require(answer.statusCode() == 503, () -> name + " was told: " + answer.body());
        } catch (IOException killed) {
            // the point of this
        }
        return null;
    }
}
