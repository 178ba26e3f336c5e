package earshot.dialect.kaiku;

import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.UserId;
import earshot.core.time.Clock;
import earshot.dialect.kaiku.CallMachine.Move;
import earshot.dialect.kaiku.CallMachine.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls as one machine on all nodes. Thread-safe.
 *
 * <h2>Who decides</h2>
 * The log of the call's room does. A call is the newest entry there, whole; a move reads it, works out what becomes of it and appends that, under an
 * idempotency key that names the entry it began from. Of two that begin from the same entry the log takes one, and says to the other that it was
 * repeated: then that move is tried again on what became of it. So no node owns a call, none can take one with it when it dies, and what a node does by a
 * timer another may have done before it.
 *
 * <p>Whoever's move was taken tells the participants. Each node whose clients were told that a call rings ends it when it has rung for too long; the first to
 * say so is heard.
 */
final class Calls implements KaikuCalls {
    private static final String MEDIA_TYPE = "application/vnd.earshot.kaiku-call";
    /** Everybody's moves are one author's, so that their keys meet. */
    private static final Profile MACHINE = Profile.named(new UserId(KaikuDialect.NAME, "calls"), "calls");

    private static final int TRIES = 20;
    private static final Duration SETTLING = Duration.ofMillis(50);
    /** Participants whose last connection was lost are in the call for so long. */
    static final Duration GRACE = Duration.ofSeconds(15);

    private static final int MAX_RINGING = 100_000;

    private final Reach reach;
    private final KaikuProduct product;
    private final Clock clock;
    private final Supplier<String> ids;
    /** Calls for whose end a timer of this node runs, by when they began. */
    private final Map<UUID, Long> ringing = new ConcurrentHashMap<>();

    Calls(Reach reach, KaikuProduct product, Clock clock, Supplier<String> ids) {
        this.reach = reach;
        this.product = product;
        this.clock = clock;
        this.ids = ids;
    }

    /** @param at null: the room is empty */
    private record Found(
            @Nullable CallState state, @Nullable Position at) {}

    /** @param before null: there was none */
    private record Taken(@Nullable CallState before, Step step) {}

    // --- for the product

    @Override
    public CompletionStage<Optional<CallState>> state(UUID dm) {
        return read(dm).thenApply(found -> Optional.ofNullable(found.state()).filter(this::isStillKnown));
    }

    private boolean isStillKnown(CallState state) {
        long now = clock.millis();
        return switch (state) {
            case CallState.Ringing r -> !CallMachine.hasRungOut(r, now);
            case CallState.Active _ -> true;
            case CallState.Ended e -> now - e.endedMillis() <= CallMachine.ENDED_MILLIS;
        };
    }

    @Override
    public CompletionStage<Outcome> start(UUID dm, KaikuUser caller) {
        return product.participants(dm).thenCompose(people -> {
            List<UUID> others =
                    people.stream().filter(p -> !p.equals(caller.id())).toList();
            return move(dm, new Move.Start(caller.id(), others), caller, people).thenApply(outcome -> {
                if (outcome instanceof Outcome.Done) onRinging(dm);
                return outcome;
            });
        });
    }

    @Override
    public CompletionStage<Outcome> join(UUID dm, KaikuUser user) {
        return move(dm, new Move.Join(user.id()), user);
    }

    @Override
    public CompletionStage<Outcome> decline(UUID dm, KaikuUser user) {
        return move(dm, new Move.Decline(user.id()), user);
    }

    @Override
    public CompletionStage<Outcome> leave(UUID dm, KaikuUser user) {
        return move(dm, new Move.Leave(user.id()), user);
    }

    private CompletionStage<Outcome> move(UUID dm, Move move, KaikuUser user) {
        return product.participants(dm).thenCompose(people -> move(dm, move, user, people));
    }

    private CompletionStage<Outcome> move(UUID dm, Move move, KaikuUser user, List<UUID> people) {
        return take(dm, move, TRIES).thenApply(taken -> switch (taken.step()) {
            case Step.To to -> {
                new CallNews(reach, dm, people).tell(move, taken.before(), to.state(), user.profile());
                yield new Outcome.Done(to.state());
            }
            case Step.Stay stay -> new Outcome.Done(stay.state());
            case Step.No no -> new Outcome.Refused(no.why(), known(taken.before()), no.detail());
        });
    }

    private @Nullable CallState known(@Nullable CallState state) {
        return state != null && isStillKnown(state) ? state : null;
    }

    // --- for conversations

    /** A client of this node was told that a call rings, or knows it. Its end is this node's business, too. */
    void onRinging(UUID dm) {
        long began = clock.millis();
        if (ringing.size() >= MAX_RINGING || ringing.putIfAbsent(dm, began) != null) return;
        reach.later(Duration.ofMillis(CallMachine.RING_MILLIS), () -> onRingEnd(dm));
    }

    /** A timer is a little early where another node's clock is behind: then once more. */
    private void onRingEnd(UUID dm) {
        var _ = take(dm, new Move.RingEnd(), TRIES).whenComplete((taken, failure) -> {
            boolean stillRings = failure != null
                    || (taken.step() instanceof Step.Stay stay && stay.state() instanceof CallState.Ringing);
            if (stillRings) {
                reach.later(again(failure, taken), () -> onRingEnd(dm));
                return;
            }
            ringing.remove(dm);
            if (taken.step() instanceof Step.To to) tellEnd(dm, to.state());
        });
    }

    private void tellEnd(UUID dm, CallState state) {
        var _ = product.participants(dm).thenAccept(people -> new CallNews(reach, dm, people).ended(state));
    }

    private Duration again(@Nullable Throwable failure, @Nullable Taken taken) {
        if (failure == null
                && taken != null
                && taken.step() instanceof Step.Stay stay
                && stay.state() instanceof CallState.Ringing r) {
            long left = r.startedMillis() + CallMachine.RING_MILLIS - clock.millis();
            return Duration.ofMillis(Math.clamp(left, 1, CallMachine.RING_MILLIS));
        }
        return Duration.ofSeconds(5);
    }

    /** A connection of a participant ended. Who has none after a while has left the call. */
    void onLost(UUID user, UUID dm) {
        reach.later(GRACE, () -> {
            var _ = reach.sessions(Places.userId(user)).thenAccept(sessions -> {
                if (sessions == 0) leave(user, dm);
                else if (sessions < 0) onLost(user, dm);
                else remind(user, dm);
            });
        });
    }

    /** Connections that came meanwhile: the next loss is theirs. */
    private void remind(UUID user, UUID dm) {
        reach.notify(new Event.Notified(Places.userId(user), KaikuDialect.IN_CALL, dm.toString(), null, ""));
    }

    private void leave(UUID user, UUID dm) {
        var _ = take(dm, new Move.Leave(user), TRIES).thenAccept(taken -> {
            if (!(taken.step() instanceof Step.To to)) return;
            var _ = product.participants(dm)
                    .thenAccept(people -> new CallNews(reach, dm, people)
                            .tell(
                                    new Move.Leave(user),
                                    taken.before(),
                                    to.state(),
                                    Profile.named(Places.userId(user), "user")));
        });
    }

    // --- one step, whoever else takes one

    private CompletionStage<Taken> take(UUID dm, Move move, int tries) {
        return read(dm).thenCompose(found -> {
            Step step = CallMachine.step(dm, found.state(), move, clock.millis());
            if (!(step instanceof Step.To to)) return CompletableFuture.completedStage(new Taken(found.state(), step));
            return append(dm, to.state(), found.at()).thenCompose(wasTaken -> {
                if (wasTaken) return CompletableFuture.completedStage(new Taken(found.state(), step));
                if (tries == 0) return CompletableFuture.failedStage(new CallsUnavailable("too many at once"));
                return pause().thenCompose(_ -> take(dm, move, tries - 1));
            });
        });
    }

    private CompletionStage<Void> pause() {
        var over = new CompletableFuture<Void>();
        reach.later(SETTLING, () -> over.complete(null));
        return over;
    }

    private CompletionStage<Found> read(UUID dm) {
        var read = new Command.ReadHistory(Places.ofCall(dm), new Command.From.Newest(), 1);
        return reach.serve(read, null).thenCompose(reply -> switch (reply) {
            case Reply.History history -> CompletableFuture.completedStage(found(history.messages()));
            default -> CompletableFuture.failedStage(new CallsUnavailable("the call cannot be read"));
        });
    }

    private static Found found(List<Message> newest) {
        if (newest.isEmpty()) return new Found(null, null);
        Message last = newest.getLast();
        Body body = last.body();
        CallState state = body != null && body.mediaType().equals(MEDIA_TYPE) ? CallForm.read(body.bytes()) : null;
        return new Found(state, last.position());
    }

    /** False: somebody else took the step from there. */
    private CompletionStage<Boolean> append(UUID dm, CallState state, @Nullable Position from) {
        String key = from == null ? "first" : from.epoch() + "-" + from.offset();
        var body = new Body(KaikuDialect.NAME, MEDIA_TYPE, CallForm.write(state));
        var post = new Change.Post(ids.get(), "", null, null, body);
        var publish = new Command.Publish(Places.ofCall(dm), post, key);
        return reach.serve(publish, MACHINE).thenCompose(reply -> switch (reply) {
            case Reply.Accepted accepted -> CompletableFuture.completedStage(!accepted.repeated());
            case Reply.Refused refused
            when refused.problem() == Problem.CONFLICT -> CompletableFuture.completedStage(false);
            default -> CompletableFuture.failedStage(new CallsUnavailable("the call cannot be kept"));
        });
    }

    /** What the nodes share does not answer. */
    static final class CallsUnavailable extends RuntimeException {
        private static final long serialVersionUID = 1;

        CallsUnavailable(String message) {
            super(message);
        }
    }
}
