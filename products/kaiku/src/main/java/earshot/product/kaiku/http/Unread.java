package earshot.product.kaiku.http;

import earshot.core.history.MessageBook;
import earshot.core.message.Command;
import earshot.product.kaiku.store.ReadTable.ReadMark;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.node.ObjectNode;

/** What people have not read yet, and that they have. Thread-safe. */
final class Unread {
    /** More are told as so many: a client shows no larger number. */
    static final int MOST = 100;

    private final Surroundings with;

    Unread(Surroundings with) {
        this.with = with;
    }

    CompletionStage<Integer> count(UUID user, UUID channel) {
        return with.store()
                .read(t -> t.reads().find(user, channel))
                .thenCompose(mark -> newest(channel, 1).thenCompose(page -> {
                    if (page.messages().isEmpty() || after(page, mark) == 0) return CompletableFuture.completedStage(0);
                    return newest(channel, MOST).thenApply(all -> after(all, mark));
                }));
    }

    private CompletionStage<MessageBook.Page> newest(UUID channel, int limit) {
        return with.delivery().page(channel, new Command.From.Newest(), limit);
    }

    private static int after(MessageBook.Page page, Optional<ReadMark> mark) {
        long read = mark.map(ReadMark::atMillis).orElse(Long.MIN_VALUE);
        return (int) page.messages().stream()
                .filter(message -> message.timestampMillis() > read)
                .count();
    }

    /** Everything up to now is read; the user's other clients hear of it. */
    CompletionStage<ReadMark> mark(Call call, UUID channel, String event) {
        String message =
                call.maybeBodyId("last_read_message_id").map(UUID::toString).orElse(null);
        ReadMark mark = new ReadMark(message, with.now());
        return with.store()
                .change(t -> {
                    t.reads().put(call.user(), channel, mark);
                    return mark;
                })
                .thenApply(done -> {
                    ObjectNode told = Answers.object()
                            .put("type", event)
                            .put("channel_id", channel.toString())
                            .put("last_read_message_id", message);
                    with.delivery().toUser(call.user(), Answers.bytes(told));
                    return done;
                });
    }
}
