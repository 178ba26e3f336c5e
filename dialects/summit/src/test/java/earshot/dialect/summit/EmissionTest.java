package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a product emits, and the acks that come back. */
final class EmissionTest {
    private static final Duration WITHIN = Duration.ofSeconds(5);
    private static final UserId ALICE = new UserId("summit", "acme:alice");

    private final SummitWorld world = new SummitWorld(SummitWorld.PLAIN.withNamespaces(List.of("ops")));

    private static RoomId room(String name) {
        return new RoomId("summit", "acme", name);
    }

    private static Emission.Reach to(List<RoomId> rooms, List<UserId> users) {
        return new Emission.Reach(null, rooms, users, List.of(), List.of());
    }

    private static Emission event(Emission.Reach reach, Duration within) {
        return new Emission("summit", "/", reach, "\"news\",\"text\"", false, within);
    }

    @Test
    void emission_reachesThoseItIsForOnly() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "y");
        SummitWorld.Client carol = world.connected("carol@globex");
        List<SummitWorld.Client> all = List.of(alice, bob, carol);
        all.forEach(SummitWorld.Client::takeHeard);

        assertThat(heardBy(all, Emission.Reach.ALL)).containsExactly(1, 1, 1);
        assertThat(heardBy(all, new Emission.Reach("acme", List.of(), List.of(), List.of(), List.of())))
                .containsExactly(1, 1, 0);
        assertThat(heardBy(all, to(List.of(room("x")), List.of()))).containsExactly(1, 0, 0);
        assertThat(heardBy(all, to(List.of(room("y")), List.of(ALICE)))).containsExactly(1, 1, 0);
        assertThat(heardBy(all, new Emission.Reach(null, List.of(), List.of(), List.of(room("y")), List.of(ALICE))))
                .containsExactly(0, 0, 1);
    }

    private List<Integer> heardBy(List<SummitWorld.Client> clients, Emission.Reach reach) {
        Emitted emitted = world.emit(event(reach, Duration.ZERO)).join();
        List<Integer> counts = new ArrayList<>();
        for (SummitWorld.Client client : clients) {
            List<String> heard = client.takeHeard();
            assertThat(heard).allMatch("2[\"news\",\"text\",null]"::equals);
            counts.add(heard.size());
        }
        assertThat(emitted.told())
                .isEqualTo(counts.stream().mapToInt(Integer::intValue).sum());
        assertThat(emitted.answered()).isZero();
        return counts;
    }

    @Test
    void acks_ofEverybody_completeItAtOnce() {
        SummitWorld.Client alice = world.connected("alice@acme");
        SummitWorld.Client bob = world.connected("bob@acme");
        CompletableFuture<Emitted> emitted = world.emit(event(Emission.Reach.ALL, WITHIN));
        assertThat(alice.takeHeard()).containsExactly("21[\"news\",\"text\"]");
        assertThat(bob.takeHeard()).containsExactly("21[\"news\",\"text\"]");
        alice.says("31[\"yes\",{ \"n\" : 1}]");
        assertThat(emitted).isNotDone();
        bob.attaches("61-1[{\"_placeholder\":true,\"num\":0}]", new byte[] {1, 2, 3});
        assertThat(emitted.join().told()).isEqualTo(2);
        assertThat(emitted.join().answered()).isEqualTo(2);
        assertThat(emitted.join().said())
                .satisfiesExactly(
                        said -> {
                            assertThat(said.user()).isEqualTo(ALICE);
                            assertThat(said.session()).isEqualTo(alice.session.id());
                            assertThat(said.text())
                                    .isEqualTo("{\"sid\":\"secret00000000000001\",\"args\":[\"yes\",{ \"n\" : 1}]}");
                        },
                        said -> assertThat(said.text())
                                .contains("\"args\":[{\"_placeholder\":true,\"num\":0}],\"attachments\":[\"AQID\"]"));
    }

    @Test
    void acks_thatDoNotCome_leaveAPartialAnswer() {
        SummitWorld.Client alice = world.connected("alice@acme");
        SummitWorld.Client bob = world.connected("bob@acme");
        CompletableFuture<Emitted> emitted = world.emit(event(Emission.Reach.ALL, WITHIN));
        alice.says("31[1]", "31[2]", "39[3]");
        world.advance(Duration.ofSeconds(4));
        assertThat(emitted).isNotDone();
        world.advance(Duration.ofSeconds(2));
        assertThat(emitted.join().told()).isEqualTo(2);
        assertThat(emitted.join().said()).hasSize(1);
        bob.says("31[\"late\"]");
        assertThat(alice.closes).isEmpty();
        assertThat(bob.closes).isEmpty();
    }

    @Test
    void acks_ofWhoLeaves_areNotWaitedFor() {
        SummitWorld.Client alice = world.connected("alice@acme");
        SummitWorld.Client bob = world.connected("bob@acme");
        CompletableFuture<Emitted> emitted = world.emit(event(Emission.Reach.ALL, WITHIN));
        alice.says("1");
        bob.drop(earshot.core.message.CloseReason.DEAD_PEER);
        assertThat(emitted.join()).isEqualTo(new Emitted(2, 0, List.of()));
    }

    @Test
    void acks_thatAClientOwes_areBounded() {
        SummitWorld.Client alice = world.connected("alice@acme");
        List<CompletableFuture<Emitted>> all = new ArrayList<>();
        for (int i = 0; i < OwedAcks.MAX + 2; i++) all.add(world.emit(event(Emission.Reach.ALL, WITHIN)));
        assertThat(all.subList(0, OwedAcks.MAX)).noneMatch(CompletableFuture::isDone);
        assertThat(all.getLast().join()).as("told, not waited for").isEqualTo(new Emitted(1, 0, List.of()));
        assertThat(alice.takeHeard()).hasSize(OwedAcks.MAX + 2);
        world.advance(Duration.ofSeconds(6));
        CompletableFuture<Emitted> next = world.emit(event(Emission.Reach.ALL, WITHIN));
        assertThat(next).as("what nobody waits for makes room").isNotDone();
    }

    @Test
    void acks_ofManyWords_areCountedOnly() {
        SummitWorld.Client alice = world.connected("alice@acme");
        CompletableFuture<Emitted> emitted = world.emit(event(Emission.Reach.ALL, WITHIN));
        alice.says("31[\"" + "x".repeat(70_000) + "\"]");
        assertThat(emitted.join()).isEqualTo(new Emitted(1, 1, List.of()));
    }

    @Test
    void namespace_isTheOneThatWasNamed() {
        SummitWorld.Client alice = world.connected("alice@acme");
        alice.says("0/ops,{\"token\":\"alice@acme\"}", "2/ops,[\"room:join\",{\"room\":\"x\"}]");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.takeHeard();
        var inOps = new Emission("summit", "/ops", Emission.Reach.ALL, "\"news\"", false, WITHIN);
        CompletableFuture<Emitted> emitted = world.emit(inOps);
        assertThat(alice.takeHeard()).containsExactly("2/ops,1[\"news\"]");
        assertThat(bob.takeHeard()).isEmpty();
        alice.says("31[\"another namespace's\"]");
        assertThat(emitted).isNotDone();
        alice.says("3/ops,1[]");
        assertThat(emitted.join().answered()).isEqualTo(1);
        var room =
                new Emission("summit", "/ops", to(List.of(room("/ops,x")), List.of()), "\"n\"", false, Duration.ZERO);
        assertThat(world.emit(room).join().told()).isEqualTo(1);
    }

    @Test
    void volatileEmission_passesOverWhoIsBusy() {
        SummitWorld.Client alice = world.connected("alice@acme");
        alice.stalled = true;
        world.connected("bob@acme");
        var spare = new Emission("summit", "/", Emission.Reach.ALL, "\"news\"", true, Duration.ZERO);
        assertThat(world.emit(spare).join().told()).isEqualTo(1);
        assertThat(alice.takeHeard()).isEmpty();
    }

    @Test
    void joiner_whoIsNotLetIn_hearsNothingOfTheRoom() {
        RoomAuthorizer never = (_, _) -> new CompletableFuture<>();
        var asking = new SummitWorld(SummitWorld.PLAIN, List.of(), never);
        SummitWorld.Client alice = asking.connected("alice@acme");
        alice.says("20[\"room:join\",{\"room\":\"x\"}]");
        Emitted emitted = asking.emit(event(to(List.of(room("x")), List.of()), Duration.ZERO))
                .join();
        assertThat(emitted.told()).isZero();
        assertThat(alice.takeHeard()).isEmpty();
    }
}
