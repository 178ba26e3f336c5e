package earshot.core.memory;

import earshot.core.message.RoomId;
import earshot.core.relay.Answer;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.Passed;
import earshot.core.relay.Question;
import earshot.core.relay.RoomRelay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Several nodes in one process: the reference of both relay ports. Thread-safe behind one lock. Feeds are told under the lock, so that they hear in the
 * order of telling; they neither block nor throw. Nothing is held here, and nothing gets lost.
 */
public final class MemoryRelay {
    private final Map<RoomId, List<RoomLine>> rooms = new HashMap<>();
    private final Map<Long, OneNode> nodes = new LinkedHashMap<>();

    /** One node's side of it. */
    public OneNode node(long incarnation) {
        synchronized (nodes) {
            return nodes.computeIfAbsent(incarnation, OneNode::new);
        }
    }

    /** The node is gone without a word. */
    public void cut(long incarnation) {
        synchronized (nodes) {
            nodes.remove(incarnation);
            for (List<RoomLine> lines : List.copyOf(rooms.values()))
                for (RoomLine line : List.copyOf(lines)) if (line.node == incarnation) line.close();
        }
    }

    private List<RoomLine> others(RoomId room, long node) {
        return rooms.getOrDefault(room, List.of()).stream()
                .filter(line -> line.node != node)
                .toList();
    }

    private void count(RoomId room) {
        List<RoomLine> lines = rooms.getOrDefault(room, List.of());
        for (RoomLine line : lines) line.shared = lines.size() > 1;
    }

    /** One node. */
    public final class OneNode implements RoomRelay, NodeRelay {
        private final long incarnation;
        private @Nullable Ears ears;

        private OneNode(long incarnation) {
            this.incarnation = incarnation;
        }

        @Override
        public RoomRelay.Line open(RoomId room, Feed feed) {
            var line = new RoomLine(room, incarnation, feed);
            synchronized (nodes) {
                rooms.computeIfAbsent(room, _ -> new ArrayList<>(1)).add(line);
                count(room);
                if (others(room, incarnation).isEmpty()) feed.onReady();
                else line.ask();
            }
            return line;
        }

        @Override
        public void open(Ears newEars) {
            synchronized (nodes) {
                ears = newEars;
            }
        }

        @Override
        public CompletionStage<Gathered> ask(Question question, Duration within) {
            return ask(otherNodes(), question, within);
        }

        @Override
        public CompletionStage<Gathered> ask(long node, Question question, Duration within) {
            List<OneNode> of = otherNodes().stream()
                    .filter(other -> other.incarnation == node && other.ears != null)
                    .toList();
            if (of.isEmpty()) return CompletableFuture.completedStage(new Gathered(List.of(), 1));
            return ask(of, question, within);
        }

        private CompletionStage<Gathered> ask(List<OneNode> others, Question question, Duration within) {
            Queue<Answer> answers = new ConcurrentLinkedQueue<>();
            List<CompletableFuture<?>> asked = new ArrayList<>();
            for (OneNode other : others) {
                if (other.ears == null) continue;
                asked.add(other.ears
                        .onAsked(question)
                        .thenAccept(answers::add)
                        .toCompletableFuture()
                        .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS));
            }
            return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                    .handle((_, _) -> {
                        List<Answer> come = List.copyOf(answers);
                        return new Gathered(come, asked.size() - come.size());
                    });
        }

        private List<OneNode> otherNodes() {
            synchronized (nodes) {
                return nodes.values().stream().filter(node -> node != this).toList();
            }
        }
    }

    private final class RoomLine implements RoomRelay.Line {
        private final RoomId room;
        private final long node;
        private final RoomRelay.Feed feed;
        private volatile boolean shared;
        private boolean closed;

        RoomLine(RoomId room, long node, RoomRelay.Feed feed) {
            this.room = room;
            this.node = node;
            this.feed = feed;
        }

        @Override
        public boolean isShared() {
            return shared;
        }

        @Override
        public void tell(Passed passed) {
            synchronized (nodes) {
                if (closed) return;
                for (RoomLine other : others(room, node)) other.feed.onPassed(passed);
            }
        }

        @Override
        public void ask() {
            synchronized (nodes) {
                for (RoomLine other : others(room, node)) other.feed.onAsked(this::onAnswer);
            }
        }

        private void onAnswer(List<Passed> values) {
            synchronized (nodes) {
                if (closed) return;
                for (Passed value : values) feed.onPassed(value);
                feed.onReady();
            }
        }

        @Override
        public void close() {
            synchronized (nodes) {
                closed = true;
                List<RoomLine> lines = rooms.get(room);
                if (lines == null || !lines.remove(this)) return;
                if (lines.isEmpty()) rooms.remove(room);
                count(room);
            }
        }
    }
}
