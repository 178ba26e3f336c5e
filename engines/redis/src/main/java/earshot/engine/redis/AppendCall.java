package earshot.engine.redis;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Draft;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.time.Clock;
import earshot.engine.redis.ByteReader.BadBytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Puts drafts that wait for the same flush into one call of {@code append.lua}: on a cluster those of one partition, on a single server all, up to
 * {@value #MAX_ENTRIES}: above it a call would keep others waiting.
 */
final class AppendCall implements Request.Merge {
    static final int MAX_ENTRIES = 200;

    private static final Script APPEND = Script.load("append", "room", "trimming");
    private static final long CONFLICT = 1;

    /**
     * A draft on its way.
     *
     * @param archived where the message that it changes lies in the archive; empty: it is in Redis
     */
    record Part(
            Draft draft, RoomFeed feed, byte[] entry, byte[] key, String archived, CompletableFuture<Appended> answer)
            implements Request.Answer {
        @Override
        public void onReply(Reply reply) {
            throw new IllegalStateException("a part of a call hears of itself from the call");
        }

        @Override
        public void onFailure(RedisUnavailable failure) {
            answer.completeExceptionally(
                    new HistoryUnavailable(failure.code(), "append: " + failure.getMessage(), failure));
        }

        void onStored(Position position) {
            feed.saw(position);
            answer.complete(new Appended.Stored(draft.at(position), false));
        }

        void onKnown(Position position, byte @Nullable [] first) {
            try {
                RoomId room = draft.room();
                answer.complete(new Appended.Stored(
                        first == null ? draft.at(position) : EntryCodec.decode(room, position, first), true));
            } catch (BadBytes e) {
                answer.completeExceptionally(new HistoryUnavailable("an entry that is not understood", e));
            }
        }
    }

    private final Partitions partitions;
    private final String publish;
    private final int replicas;
    private final long replicaMillis;
    private final Clock clock;

    /** @param replicas how many must have what was appended before it is answered */
    AppendCall(Partitions partitions, boolean cluster, int replicas, long replicaMillis, Clock clock) {
        this.partitions = partitions;
        this.publish = cluster ? "SPUBLISH" : "PUBLISH";
        this.replicas = replicas;
        this.replicaMillis = replicaMillis;
        this.clock = clock;
    }

    /** 16 bytes for an author and what they called the draft; none without such a name. */
    static byte[] key(Draft draft) {
        String key = draft.idempotencyKey();
        if (key == null) return new byte[0];
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part :
                    List.of(draft.author().user().realm(), draft.author().user().id(), key)) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((byte) (bytes.length >>> 8));
                digest.update((byte) bytes.length);
                digest.update(bytes);
            }
            return Arrays.copyOf(digest.digest(), 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public int limit() {
        return MAX_ENTRIES;
    }

    @Override
    public Request merged(List<Request> parts) {
        Map<RoomId, List<Part>> byRoom = new LinkedHashMap<>();
        for (Request request : parts) {
            Part part = (Part) request.answer();
            byRoom.computeIfAbsent(part.draft.room(), _ -> new ArrayList<>()).add(part);
        }
        List<Object> args = new ArrayList<>(parts.size() * 3 + byRoom.size() * 5 + 2);
        args.add(publish);
        args.add(clock.millis());
        List<Part> ordered = new ArrayList<>(parts.size());
        for (Map.Entry<RoomId, List<Part>> room : byRoom.entrySet()) {
            RoomFeed feed = room.getValue().getFirst().feed;
            args.add(partitions.of(Partitions.of(room.getKey())));
            args.add(Partitions.name(room.getKey()));
            args.add(feed.known());
            args.add(feed.kept());
            args.add(room.getValue().size());
            for (Part part : room.getValue()) {
                args.add(part.entry);
                args.add(part.key);
                args.add(part.archived);
                ordered.add(part);
            }
        }
        Request first = parts.getFirst();
        WholeAnswer answer = new WholeAnswer(ordered);
        if (replicas == 0)
            return new Request("", APPEND, first.keys(), args, false, null, first.deadlineNanos(), answer);
        SealedAnswer sealed = new SealedAnswer(answer, replicas);
        Request wait = new Request(
                "WAIT",
                null,
                List.of(),
                List.of(replicas, replicaMillis),
                false,
                null,
                first.deadlineNanos(),
                sealed.onReplicas());
        return new Request("", APPEND, first.keys(), args, false, null, first.deadlineNanos(), 0, sealed, wait);
    }

    /** Hands each part what became of it. */
    private record WholeAnswer(List<Part> parts) implements Request.Answer {
        @Override
        public void onReply(Reply reply) {
            for (int i = 0; i < parts.size(); i++) {
                try {
                    tell(parts.get(i), reply, i);
                } catch (BadBytes e) {
                    parts.get(i)
                            .answer
                            .completeExceptionally(new HistoryUnavailable("an id that is not understood", e));
                }
            }
        }

        private static void tell(Part part, Reply reply, int i) throws BadBytes {
            if (reply.isNumber(i)) {
                Problem problem = reply.number(i) == CONFLICT ? Problem.CONFLICT : Problem.NOT_FOUND;
                part.answer.complete(new Appended.NotStored(problem));
            } else if (reply.isList(i)) {
                Reply known = reply.list(i);
                part.onKnown(Places.position(known.bytes(0)), known.bytesOrNull(1));
            } else {
                part.onStored(Places.position(reply.bytes(i)));
            }
        }

        @Override
        public void onFailure(RedisUnavailable failure) {
            for (Part part : parts) part.onFailure(failure);
        }
    }
}
