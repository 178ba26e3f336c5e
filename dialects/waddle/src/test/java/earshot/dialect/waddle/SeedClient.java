package earshot.dialect.waddle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client of seed 004 section 4, line for line in what it does: it queues what is said while it is away, flushes it on open, then syncs
 * after the last message it heard <em>live</em>, and comes back only from an unclean close.
 */
final class SeedClient {
    /** Where it dials, as far as it can see. */
    interface Network {
        Wire connect(SeedClient client);
    }

    /** An open socket. */
    interface Wire {
        void send(String frame);
    }

    final String name;
    final List<Map<String, Object>> emitted = new ArrayList<>();
    private final Network network;
    private final Deque<String> messageQueue = new ArrayDeque<>();
    private @Nullable Wire ws;
    private @Nullable String lastMessageId;
    private boolean reconnects;

    SeedClient(String name, Network network) {
        this.name = name;
        this.network = network;
    }

    void connect() {
        reconnects = false;
        ws = network.connect(this);
        while (!messageQueue.isEmpty()) ws.send(messageQueue.poll());
        if (lastMessageId != null) ws.send("{\"type\":\"sync\",\"afterMessageId\":\"" + lastMessageId + "\"}");
    }

    void say(String text) {
        String frame = "{\"type\":\"message\",\"content\":\"" + text + "\"}";
        if (ws != null) ws.send(frame);
        else messageQueue.add(frame);
    }

    /** What the original cannot: any frame, now. */
    void sendRaw(String frame) {
        ws.send(frame);
    }

    void onMessage(String frame) {
        Map<String, Object> data = Json.object(frame);
        if ("message".equals(data.get("type"))) lastMessageId = (String) Json.at(data, "message", "id");
        emitted.add(data);
    }

    void onClose(boolean wasClean) {
        ws = null;
        reconnects = !wasClean;
    }

    boolean isOpen() {
        return ws != null;
    }

    /** Whether it has set its timer. */
    boolean wantsBack() {
        return reconnects;
    }

    /** Ids in the order in which a reader that drops doubles would show them, history first where it came first. */
    List<String> shown() {
        List<String> ids = new ArrayList<>();
        for (Map<String, Object> frame : emitted) {
            List<Map<String, Object>> messages = switch ((String) frame.get("type")) {
                case "initial_state" -> Json.objects(frame.get("messages"));
                case "message" -> Json.objects(List.of(frame.get("message")));
                default -> List.of();
            };
            for (Map<String, Object> m : messages)
                if (!ids.contains((String) m.get("id"))) ids.add((String) m.get("id"));
        }
        return ids;
    }

    /** Ids of live and replayed messages since the last connect, doubles and all. */
    List<String> heardSinceConnect() {
        int from = 0;
        for (int i = 0; i < emitted.size(); i++) if (emitted.get(i).get("type").equals("initial_state")) from = i;
        return emitted.subList(from, emitted.size()).stream()
                .filter(f -> f.get("type").equals("message"))
                .map(f -> (String) Json.at(f, "message", "id"))
                .toList();
    }
}
