package earshot.dialect.kaiku;

import earshot.dialect.kaiku.KaikuCalls.CallState;
import earshot.dialect.kaiku.KaikuCalls.Reason;
import earshot.dialect.kaiku.KaikuCalls.Why;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What may become of a call, and nothing else: the edges of protocols/kaiku.md section 12.2. Pure. */
final class CallMachine {
    static final long RING_MILLIS = Duration.ofSeconds(90).toMillis();
    /** How long the end of a call is remembered. */
    static final long ENDED_MILLIS = Duration.ofSeconds(5).toMillis();

    private static final Step NO_CALL = new Step.No(Why.NOT_FOUND, "Call not found");

    private CallMachine() {}

    /** What somebody does, or time. */
    sealed interface Move {
        /** @param others of the channel, without the caller */
        record Start(UUID by, List<UUID> others) implements Move {}

        record Join(UUID by) implements Move {}

        record Decline(UUID by) implements Move {}

        record Leave(UUID by) implements Move {}

        /** Nobody answered. */
        record RingEnd() implements Move {}
    }

    sealed interface Step {
        record To(CallState state) implements Step {}

        /** It is so already. */
        record Stay(CallState state) implements Step {}

        record No(Why why, String detail) implements Step {}
    }

    /** @param now null: there was never a call */
    static Step step(UUID dm, @Nullable CallState now, Move move, long millis) {
        if (move instanceof Move.Start start) return start(dm, now, start, millis);
        return switch (now) {
            case null -> NO_CALL;
            case CallState.Ringing ringing -> ringing(ringing, move, millis);
            case CallState.Active active -> active(active, move, millis);
            case CallState.Ended _ -> NO_CALL;
        };
    }

    /** A call that rang for too long has ended, whether or not anybody was there to say so. */
    static boolean hasRungOut(CallState.Ringing ringing, long millis) {
        return millis - ringing.startedMillis() >= RING_MILLIS;
    }

    private static Step start(UUID dm, @Nullable CallState now, Move.Start start, long millis) {
        boolean busy = now instanceof CallState.Active
                || (now instanceof CallState.Ringing ringing && !hasRungOut(ringing, millis));
        if (busy) return new Step.No(Why.ALREADY_EXISTS, "Call already exists");
        if (start.others().isEmpty()) return new Step.No(Why.INVALID, "There is nobody to call");
        return new Step.To(new CallState.Ringing(dm, start.by(), millis, List.of(), List.copyOf(start.others())));
    }

    private static Step ringing(CallState.Ringing call, Move move, long millis) {
        if (move instanceof Move.RingEnd)
            return hasRungOut(call, millis) ? ended(call.dm(), Reason.NO_ANSWER, null, millis) : new Step.Stay(call);
        if (hasRungOut(call, millis)) return NO_CALL;
        return switch (move) {
            case Move.Join join -> {
                if (join.by().equals(call.startedBy())) yield new Step.Stay(call);
                yield new Step.To(new CallState.Active(call.dm(), millis, List.of(call.startedBy(), join.by())));
            }
            case Move.Decline decline -> decline(call, decline.by(), millis);
            case Move.Leave leave ->
                leave.by().equals(call.startedBy())
                        ? ended(call.dm(), Reason.CANCELLED, null, millis)
                        : invalid("Decline the call instead of leaving it");
            case Move.Start _, Move.RingEnd _ -> new Step.Stay(call);
        };
    }

    private static Step decline(CallState.Ringing call, UUID by, long millis) {
        if (by.equals(call.startedBy())) return invalid("Leave the call instead of declining it");
        if (!call.targets().contains(by)) return invalid("The call is not for you");
        if (call.declinedBy().contains(by)) return new Step.Stay(call);
        List<UUID> declined = new ArrayList<>(call.declinedBy());
        declined.add(by);
        if (declined.containsAll(call.targets())) return ended(call.dm(), Reason.ALL_DECLINED, null, millis);
        return new Step.To(new CallState.Ringing(
                call.dm(), call.startedBy(), call.startedMillis(), List.copyOf(declined), call.targets()));
    }

    private static Step active(CallState.Active call, Move move, long millis) {
        return switch (move) {
            case Move.Join join -> {
                if (call.participants().contains(join.by())) yield new Step.Stay(call);
                List<UUID> more = new ArrayList<>(call.participants());
                more.add(join.by());
                yield new Step.To(new CallState.Active(call.dm(), call.startedMillis(), List.copyOf(more)));
            }
            case Move.Leave leave -> {
                if (!call.participants().contains(leave.by())) yield invalid("You are not in the call");
                List<UUID> left = call.participants().stream()
                        .filter(p -> !p.equals(leave.by()))
                        .toList();
                if (left.isEmpty()) {
                    long seconds = Math.max(0, millis - call.startedMillis()) / 1000;
                    yield ended(call.dm(), Reason.LAST_LEFT, seconds, millis);
                }
                yield new Step.To(new CallState.Active(call.dm(), call.startedMillis(), left));
            }
            case Move.Decline _ -> invalid("The call is active already");
            case Move.RingEnd _, Move.Start _ -> new Step.Stay(call);
        };
    }

    private static Step ended(UUID dm, Reason reason, @Nullable Long seconds, long millis) {
        return new Step.To(new CallState.Ended(dm, reason, seconds, millis));
    }

    private static Step invalid(String detail) {
        return new Step.No(Why.INVALID_TRANSITION, detail);
    }
}
