package earshot.core.testkit;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.MessageBook;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A log and book that answer when the test lets them, in front of ones that answer at once. What was asked is done when it is released, one kind
 * of question in its order: appends among themselves, the feed among itself, every read for itself. Confined to the test's thread.
 */
public final class HeldLog implements RoomLog, MessageBook {
    private final RoomLog log;
    private final MessageBook book;
    private final ArrayDeque<Runnable> appends = new ArrayDeque<>();
    private final ArrayDeque<Runnable> feed = new ArrayDeque<>();
    private final ArrayDeque<Runnable> reads = new ArrayDeque<>();
    private boolean holding;
    private boolean early;
    private int failing;
    private int feedLosses;

    public HeldLog(RoomLog log, MessageBook book) {
        this.log = log;
        this.book = book;
    }

    /** From now on nothing is answered before it is released. */
    public HeldLog hold() {
        holding = true;
        return this;
    }

    /** As {@link #hold}, but what is asked is done at once, and only the answer is late: it may be old when it comes. */
    public HeldLog holdAnswers() {
        early = true;
        return hold();
    }

    /** From now on everything is answered at once, also what is held. */
    public void letGo() {
        holding = false;
        releaseAll();
    }

    /** The next questions fail with {@link HistoryUnavailable}; an append is not stored then. */
    public void failNext(int count) {
        failing = count;
    }

    /** The next feed entries are lost on the way. */
    public void loseFeed(int count) {
        feedLosses = count;
    }

    public boolean isHolding() {
        return !appends.isEmpty() || !feed.isEmpty() || !reads.isEmpty();
    }

    public void releaseAll() {
        while (isHolding()) {
            releaseAppend();
            releaseFeed();
            releaseRead();
        }
    }

    /** Releases something that is held, drawn by chance. */
    public void releaseOne(Random random) {
        switch (random.nextInt(3)) {
            case 0 -> releaseAppend();
            case 1 -> releaseFeed();
            default -> releaseRead();
        }
    }

    public void releaseAppend() {
        run(appends);
    }

    public void releaseFeed() {
        run(feed);
    }

    public void releaseRead() {
        run(reads);
    }

    private static void run(ArrayDeque<Runnable> queue) {
        Runnable next = queue.poll();
        if (next != null) next.run();
    }

    private <T> CompletionStage<T> ask(ArrayDeque<Runnable> queue, Supplier<CompletionStage<T>> question) {
        if (failing > 0) {
            failing--;
            return CompletableFuture.failedStage(new HistoryUnavailable("told_to_fail", "test", null));
        }
        if (!holding) return question.get();
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (early) {
            CompletionStage<T> known = question.get();
            queue.add(() -> known.thenAccept(answer::complete));
            return answer;
        }
        queue.add(() -> question.get().whenComplete((value, failure) -> {
            if (failure == null) answer.complete(value);
            else answer.completeExceptionally(failure);
        }));
        return answer;
    }

    @Override
    public CompletionStage<Position> open(RoomId room, Retention retention) {
        return ask(reads, () -> log.open(room, retention));
    }

    @Override
    public CompletionStage<Appended> append(Draft draft) {
        return ask(appends, () -> log.append(draft));
    }

    @Override
    public CompletionStage<Slice> read(RoomId room, Position after, int limit) {
        return ask(reads, () -> log.read(room, after, limit));
    }

    @Override
    public Following follow(RoomId room, Follower follower) {
        return log.follow(room, new Follower() {
            @Override
            public void onEntry(KeptEvent entry) {
                if (feedLosses > 0) {
                    feedLosses--;
                    return;
                }
                if (holding) feed.add(() -> follower.onEntry(entry));
                else follower.onEntry(entry);
            }

            @Override
            public void onGap() {
                if (holding) feed.add(follower::onGap);
                else follower.onGap();
            }
        });
    }

    @Override
    public void release(RoomId room) {
        log.release(room);
    }

    @Override
    public CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        return ask(reads, () -> book.find(room, messageId));
    }

    @Override
    public CompletionStage<Page> page(RoomId room, Command.From from, int limit) {
        return ask(reads, () -> book.page(room, from, limit));
    }

    @Override
    public CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        return ask(reads, () -> book.rooms(after, limit));
    }
}
