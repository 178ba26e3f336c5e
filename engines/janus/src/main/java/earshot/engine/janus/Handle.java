package earshot.engine.janus;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One handle of the AudioBridge. Confined to the engine's thread. Janus gives requests to a pool of threads, where one may overtake another: the next
 * leaves when the one before was acknowledged.
 */
final class Handle {
    private static final int MAX_WAITING = 256;

    final long id;
    private final long session;
    private final Requests requests;
    private final Queue<Wish> waiting = new ArrayDeque<>();
    private @Nullable Wish current;

    private record Wish(ObjectNode request, boolean isThatAll, Consumer<Said> then) {}

    Handle(long id, long session, Requests requests) {
        this.id = id;
        this.session = session;
        this.requests = requests;
    }

    /** A message to the plugin, answered by it. */
    void message(ObjectNode body, @Nullable ObjectNode jsep, Consumer<Said> then) {
        ObjectNode request = Requests.request("message");
        request.set("body", body);
        if (jsep != null) request.set("jsep", jsep);
        ask(request, false, then);
    }

    void trickle(ObjectNode candidate) {
        ObjectNode request = Requests.request("trickle");
        request.set("candidate", candidate);
        ask(request, true, _ -> {});
    }

    /** What waits before it is done before it. */
    void detach(Consumer<Said> then) {
        ask(Requests.request("detach"), false, then);
    }

    private void ask(ObjectNode request, boolean isThatAll, Consumer<Said> then) {
        if (waiting.size() >= MAX_WAITING) {
            then.accept(Said.NOTHING);
            return;
        }
        waiting.add(new Wish(request, isThatAll, then));
        next();
    }

    private void next() {
        if (current != null) return;
        Wish wish = waiting.poll();
        if (wish == null) return;
        current = wish;
        wish.request.put("session_id", session).put("handle_id", id);
        requests.ask(wish.request, wish.isThatAll, () -> goOn(wish), said -> {
            wish.then.accept(said);
            goOn(wish);
        });
    }

    private void goOn(Wish done) {
        if (!done.equals(current)) return;
        current = null;
        next();
    }
}
