package earshot.product.kaiku.http;

import earshot.core.message.Message;
import earshot.product.kaiku.ChannelAccess;
import earshot.product.kaiku.MessageIds;
import earshot.product.kaiku.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds a message by its id alone: its id tells the channel's tag ({@link MessageIds}). Ids that another server of the product made tell nothing; they are known
 * when they were listed here, the {@value #MAX_LEARNED} that were listed last. Thread-safe.
 */
final class FoundMessages {
    private static final int MAX_LEARNED = 50_000;

    /** A message, and what who asks may do in its channel. */
    record Found(Message message, UUID channel, ChannelAccess.Granted access) {}

    private final Surroundings with;
    private final Map<String, UUID> learned = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, UUID> eldest) {
            return size() > MAX_LEARNED;
        }
    };

    FoundMessages(Surroundings with) {
        this.with = with;
    }

    /** Remembers where a message is whose id does not tell. */
    void learn(UUID channel, String message) {
        UUID id = earshot.dialect.WireUuid.parse(message);
        if (id != null && MessageIds.tagIn(id) == MessageIds.tagOf(channel)) return;
        synchronized (learned) {
            learned.put(message, channel);
        }
    }

    /** Fails with {@link Refusal}: there is none, it was deleted, or it is in a channel that is not theirs. */
    CompletionStage<Found> find(UUID user, UUID message) {
        String id = message.toString();
        UUID known;
        synchronized (learned) {
            known = learned.get(id);
        }
        CompletionStage<List<UUID>> channels = known != null
                ? CompletableFuture.completedStage(List.of(known))
                : with.store().read(t -> t.channels().tagged(MessageIds.tagIn(message)));
        return channels.thenCompose(all -> in(all, 0, id)).thenCompose(found -> allowed(user, found));
    }

    /** In one of the channels, the first of which has it. */
    private CompletionStage<Message> in(List<UUID> channels, int at, String id) {
        if (at == channels.size()) return CompletableFuture.failedStage(Refusal.noMessage());
        return with.delivery().find(channels.get(at), id).thenCompose(found -> {
            Optional<Message> shown = found.filter(message -> !message.deleted());
            return shown.isPresent() ? CompletableFuture.completedStage(shown.get()) : in(channels, at + 1, id);
        });
    }

    private CompletionStage<Found> allowed(UUID user, Message message) {
        UUID channel = UUID.fromString(message.room().name());
        return with.knowledge().access(user, channel).thenApply(access -> switch (access) {
            case ChannelAccess.Unknown _ -> throw Refusal.noMessage();
            case ChannelAccess.Denied _ -> throw Refusal.forbidden();
            case ChannelAccess.Granted granted -> new Found(message, channel, granted);
        });
    }
}
