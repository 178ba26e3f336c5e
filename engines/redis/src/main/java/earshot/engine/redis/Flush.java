package earshot.engine.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What leaves for one server in one write, and the wait for all its answers. Filled on the engine's thread; answers come on the connection's. */
final class Flush {
    /** How one exchange of this flush ended, if it must be done again. */
    interface Again {
        /** On the connection's thread. */
        void again(Request request, String error);
    }

    private final List<Item> items = new ArrayList<>();
    private final Map<Request.Question, Item> shared = new HashMap<>();
    private final Map<Request.Merge, List<Request>> merging = new LinkedHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Set<Script> loaded;
    private final Set<Script> carried = new HashSet<>();
    private final Again again;
    private final Runnable onEnd;
    final long startedNanos;
    private long bytes;

    /** @param loaded scripts that the server has; changed when an answer shows it */
    Flush(Set<Script> loaded, long startedNanos, Again again, Runnable onEnd) {
        this.loaded = loaded;
        this.startedNanos = startedNanos;
        this.again = again;
        this.onEnd = onEnd;
    }

    void add(Request request) {
        Request.Merge merge = request.merge();
        if (merge != null) {
            List<Request> parts = merging.computeIfAbsent(merge, _ -> new ArrayList<>());
            parts.add(request);
            bytes += request.weightBytes();
            if (parts.size() == merge.limit()) mergeParts(merge);
        } else {
            addWhole(request);
            bytes += request.weightBytes();
        }
    }

    /** Nothing more comes: what was collected becomes calls. */
    void mergeRest() {
        for (Request.Merge merge : List.copyOf(merging.keySet())) mergeParts(merge);
    }

    private void mergeParts(Request.Merge merge) {
        List<Request> parts = merging.remove(merge);
        if (parts != null) addWhole(merge.merged(parts));
    }

    private void addWhole(Request request) {
        if (request.shared()) {
            Request.Question question = request.question();
            Item known = shared.get(question);
            if (known != null) {
                known.askers.add(request);
                return;
            }
            Item item = new Item(request);
            shared.put(question, item);
            items.add(item);
        } else {
            items.add(new Item(request));
        }
        if (request.then() != null) addWhole(request.then());
    }

    /** Commands that leave, equal reads and merged parts counted once. */
    int size() {
        return items.size() + merging.size();
    }

    long weightBytes() {
        return bytes;
    }

    void send(Wire wire) {
        open.set(items.size());
        wire.send(items);
    }

    /** Those that are older than they may be hear of it now; what Redis says later is not heard. */
    void expire(long nowNanos) {
        for (Item item : items) item.expire(nowNanos);
    }

    private final class Item implements Wire.Sent {
        private final List<Request> askers = new ArrayList<>(1);
        private @Nullable List<byte[]> words;

        Item(Request first) {
            askers.add(first);
        }

        @Override
        public List<byte[]> words() {
            if (words == null) words = spelled(askers.getFirst());
            return words;
        }

        private List<byte[]> spelled(Request request) {
            List<byte[]> all =
                    new ArrayList<>(request.keys().size() + request.args().size() + 3);
            Script script = request.script();
            if (script == null) {
                all.add(Request.bytes(request.command()));
            } else {
                // The first call on a connection brings the script along, so that the others need only name it.
                boolean known = loaded.contains(script) || !carried.add(script);
                all.add(Request.bytes(known ? "EVALSHA" : "EVAL"));
                all.add(known ? script.sha1() : script.body());
                all.add(Request.bytes(request.keys().size()));
            }
            for (String key : request.keys()) all.add(Request.bytes(key));
            for (Object arg : request.args()) all.add(Request.bytes(arg));
            return all;
        }

        @Override
        public void onReply(Reply reply) {
            Script script = askers.getFirst().script();
            if (script != null) loaded.add(script);
            for (Request asker : askers) asker.answer().onReply(reply);
            done();
        }

        @Override
        public void onError(String error) {
            Script script = askers.getFirst().script();
            if (script != null && error.startsWith("NOSCRIPT")) loaded.remove(script);
            for (Request asker : askers) {
                if (Errors.isPassing(error)) again.again(asker, error);
                else
                    asker.answer()
                            .onFailure(new RedisUnavailable(asker + ": " + error, RedisUnavailable.REFUSED, false));
            }
            done();
        }

        @Override
        public void onLost(String why) {
            for (Request asker : askers) asker.answer().onFailure(new RedisUnavailable(asker + ": " + why, false));
            done();
        }

        void expire(long nowNanos) {
            for (Request asker : askers)
                if (nowNanos - asker.deadlineNanos() >= 0)
                    asker.answer().onFailure(new RedisUnavailable(asker + ": no answer in time", false));
        }

        private void done() {
            if (open.decrementAndGet() == 0) onEnd.run();
        }
    }
}
