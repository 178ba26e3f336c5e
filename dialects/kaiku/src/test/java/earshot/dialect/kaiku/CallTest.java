package earshot.dialect.kaiku;

import static earshot.dialect.kaiku.KaikuWorld.ALICE;
import static earshot.dialect.kaiku.KaikuWorld.BOB;
import static earshot.dialect.kaiku.KaikuWorld.DM;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.dialect.kaiku.KaikuCalls.CallState;
import earshot.dialect.kaiku.KaikuCalls.Outcome;
import earshot.dialect.kaiku.KaikuCalls.Reason;
import earshot.dialect.kaiku.KaikuCalls.Why;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Section 16: every edge of 12.2, redial at once, decline during an active call, no answer, durations, both sides vanish, concurrent starts. */
final class CallTest {
    private final KaikuWorld world = new KaikuWorld();
    private final KaikuWorld.Client alice = world.connected(ALICE);
    private final KaikuWorld.Client bob = world.connected(BOB);

    CallTest() {
        alice.heard.clear();
        bob.heard.clear();
    }

    private KaikuUser user(UUID id) {
        return world.known(id);
    }

    private CallState start(UUID by) {
        return done(world.calls().start(DM, user(by)));
    }

    private CallState done(CompletionStage<Outcome> outcome) {
        return ((Outcome.Done) world.done(outcome)).state();
    }

    private Outcome.Refused refused(CompletionStage<Outcome> outcome) {
        return (Outcome.Refused) world.done(outcome);
    }

    private Reason end(CompletionStage<Outcome> outcome) {
        return ((CallState.Ended) done(outcome)).reason();
    }

    private boolean isNobodyCalling() {
        return world.done(world.calls().state(DM))
                .filter(s -> !(s instanceof CallState.Ended))
                .isEmpty();
    }

    private static String in(String type, String rest) {
        return "{\"type\":\"" + type + "\",\"channel_id\":\"" + DM + "\"" + rest + "}";
    }

    @Test
    void start_rings_withoutASubscription() {
        CallState.Ringing ringing = (CallState.Ringing) start(ALICE);
        assertThat(ringing.startedBy()).isEqualTo(ALICE);
        assertThat(ringing.targets()).containsExactly(BOB);
        String rest = ",\"initiator\":\"" + ALICE + "\",\"initiator_name\":\"alice\",\"capabilities\":[\"audio\"]";
        assertThat(bob.takeHeard()).containsExactly(in("incoming_call", rest));
        assertThat(alice.takeHeard()).containsExactly(in("call_started", rest), in("incoming_call", rest));
    }

    @Test
    void join_makesItActive_lastLeaveEndsIt_durationFromTheAnswer() {
        start(ALICE);
        world.advance(Duration.ofSeconds(20));
        CallState.Active active = (CallState.Active) done(world.calls().join(DM, user(BOB)));
        assertThat(active.participants()).containsExactly(ALICE, BOB);
        world.advance(Duration.ofSeconds(42));
        alice.heard.clear();
        assertThat(done(world.calls().leave(DM, user(ALICE)))).isInstanceOf(CallState.Active.class);
        CallState.Ended ended = (CallState.Ended) done(world.calls().leave(DM, user(BOB)));
        assertThat(ended.reason()).isEqualTo(Reason.LAST_LEFT);
        assertThat(ended.durationSeconds()).isEqualTo(42);
        assertThat(alice.takeHeard())
                .containsExactly(
                        in("call_participant_left", ",\"user_id\":\"" + ALICE + "\""),
                        in("call_participant_left", ",\"user_id\":\"" + BOB + "\""),
                        in("call_ended", ",\"reason\":\"last_left\",\"duration_secs\":42"));
    }

    @Test
    void joined_isToldToAll() {
        start(ALICE);
        bob.heard.clear();
        done(world.calls().join(DM, user(BOB)));
        assertThat(bob.takeHeard())
                .containsExactly(in("call_participant_joined", ",\"user_id\":\"" + BOB + "\",\"username\":\"bob\""));
        assertThat(done(world.calls().join(DM, user(BOB)))).isInstanceOf(CallState.Active.class);
        assertThat(bob.takeHeard()).as("again").isEmpty();
    }

    @Test
    void decline_some_goesOn_all_ends() {
        UUID carol = world.user("carol");
        world.product.direct(DM, List.of(ALICE, BOB, carol));
        start(ALICE);
        assertThat(((CallState.Ringing) done(world.calls().decline(DM, user(BOB)))).declinedBy())
                .containsExactly(BOB);
        bob.heard.clear();
        assertThat(end(world.calls().decline(DM, user(carol)))).isEqualTo(Reason.ALL_DECLINED);
        assertThat(bob.takeHeard())
                .containsExactly(
                        in("call_declined", ",\"user_id\":\"" + carol + "\""),
                        in("call_ended", ",\"reason\":\"all_declined\",\"duration_secs\":null"));
    }

    @Test
    void leave_whileRinging_cancelsForTheCaller_isRefusedForOthers() {
        start(ALICE);
        assertThat(refused(world.calls().leave(DM, user(BOB))).why()).isEqualTo(Why.INVALID_TRANSITION);
        assertThat(refused(world.calls().decline(DM, user(ALICE))).why()).isEqualTo(Why.INVALID_TRANSITION);
        assertThat(end(world.calls().leave(DM, user(ALICE)))).isEqualTo(Reason.CANCELLED);
        assertThat(bob.takeHeard()).anyMatch(e -> e.contains("\"reason\":\"cancelled\",\"duration_secs\":null"));
    }

    @Test
    void decline_ofAnActiveCall_changesNothing() {
        start(ALICE);
        done(world.calls().join(DM, user(BOB)));
        Outcome.Refused refused = refused(world.calls().decline(DM, user(BOB)));
        assertThat(refused.why()).isEqualTo(Why.INVALID_TRANSITION);
        assertThat(refused.state()).isInstanceOf(CallState.Active.class);
        assertThat(world.done(world.calls().state(DM))).containsInstanceOf(CallState.Active.class);
        UUID carol = world.user("carol");
        assertThat(refused(world.calls().leave(DM, user(carol))).why()).isEqualTo(Why.INVALID_TRANSITION);
    }

    @Test
    void nobodyAnswers_endsAfter90Seconds_once() {
        start(ALICE);
        bob.heard.clear();
        world.advance(Duration.ofSeconds(89));
        assertThat(bob.takeHeard()).isEmpty();
        world.advance(Duration.ofSeconds(2));
        assertThat(bob.takeHeard())
                .containsExactly(in("call_ended", ",\"reason\":\"no_answer\",\"duration_secs\":null"));
        assertThat(refused(world.calls().join(DM, user(BOB))).why()).isEqualTo(Why.NOT_FOUND);
    }

    @Test
    void nobodyAnswers_onTwoNodes_isToldOnce() {
        KaikuWorld.OneNode other = world.addNode();
        KaikuWorld.Client second = other.connected(BOB);
        start(ALICE);
        second.heard.clear();
        world.advance(Duration.ofSeconds(100));
        assertThat(second.takeHeard()).hasSize(1);
    }

    @Test
    void noCall_isNotFound_endedIsKnownForFiveSeconds() {
        assertThat(world.done(world.calls().state(DM))).isEmpty();
        assertThat(refused(world.calls().join(DM, user(BOB))).why()).isEqualTo(Why.NOT_FOUND);
        start(ALICE);
        done(world.calls().leave(DM, user(ALICE)));
        assertThat(world.done(world.calls().state(DM))).containsInstanceOf(CallState.Ended.class);
        world.advance(Duration.ofSeconds(6));
        assertThat(world.done(world.calls().state(DM))).isEmpty();
    }

    @Test
    void redial_atOnce_isANewCall() {
        start(ALICE);
        done(world.calls().leave(DM, user(ALICE)));
        assertThat(start(BOB)).isInstanceOf(CallState.Ringing.class);
        assertThat(done(world.calls().join(DM, user(ALICE)))).isInstanceOf(CallState.Active.class);
    }

    @Test
    void start_twiceAtOnce_oneWins() {
        KaikuWorld.OneNode other = world.addNode();
        var one = world.calls().start(DM, user(ALICE));
        var two = other.dialect.calls().start(DM, user(BOB));
        List<Outcome> outcomes = List.of(world.done(one), world.done(two));
        assertThat(outcomes).filteredOn(o -> o instanceof Outcome.Done).hasSize(1);
        assertThat(outcomes)
                .filteredOn(o -> o instanceof Outcome.Refused r && r.why() == Why.ALREADY_EXISTS && r.state() != null)
                .hasSize(1);
    }

    @Test
    void joinsAndDeclines_atOnce_areAllTaken() {
        List<UUID> people = List.of(ALICE, BOB, world.user("c"), world.user("d"), world.user("e"));
        world.product.direct(DM, people);
        start(ALICE);
        var joins = people.stream()
                .skip(1)
                .map(p -> world.calls().join(DM, user(p)))
                .toList();
        joins.forEach(world::done);
        assertThat(((CallState.Active) world.done(world.calls().state(DM)).orElseThrow()).participants())
                .containsExactlyInAnyOrderElementsOf(people);
    }

    @Test
    void start_alone_isInvalid() {
        world.product.direct(DM, List.of(ALICE));
        assertThat(refused(world.calls().start(DM, user(ALICE))).why()).isEqualTo(Why.INVALID);
    }

    @Test
    void bothSidesVanish_endsAfterGrace() {
        start(ALICE);
        done(world.calls().join(DM, user(BOB)));
        alice.drop(CloseReason.DEAD_PEER);
        bob.drop(CloseReason.DEAD_PEER);
        world.advance(Duration.ofSeconds(14));
        assertThat(isNobodyCalling()).isFalse();
        world.advance(Duration.ofSeconds(2));
        assertThat(isNobodyCalling()).isTrue();
        assertThat(start(ALICE)).isInstanceOf(CallState.Ringing.class);
    }

    @Test
    void oneSideVanishes_andComesBackInTime_staysIn() {
        start(ALICE);
        done(world.calls().join(DM, user(BOB)));
        bob.drop(CloseReason.DEAD_PEER);
        world.advance(Duration.ofSeconds(10));
        KaikuWorld.Client again = world.connected(BOB);
        world.advance(Duration.ofSeconds(20));
        assertThat(((CallState.Active) world.done(world.calls().state(DM)).orElseThrow()).participants())
                .containsExactly(ALICE, BOB);
        again.drop(CloseReason.DEAD_PEER);
        alice.heard.clear();
        world.advance(Duration.ofSeconds(20));
        assertThat(alice.takeHeard()).anyMatch(e -> e.contains("call_participant_left") && e.contains(BOB.toString()));
    }
}
