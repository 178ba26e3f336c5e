package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Joining and leaving rooms, in the words and the order of the wire. */
final class JoiningTest {
    private final SummitWorld world = new SummitWorld(SummitWorld.PLAIN);

    @Test
    void join_isHeardInTheOriginalsOrder() {
        SummitWorld.Client bob = world.joined("bob@acme", "investigation:123");
        SummitWorld.Client alice = world.connected("alice@acme");
        long now = world.clock.millis();

        List<String> heard = alice.says(
                "20[\"room:join\",{\"room\":\"investigation:123\",\"metadata\":{\"investigationId\":\"123\"}}]");

        assertThat(heard)
                .containsExactly(
                        "2[\"room:joined\",{\"room\":\"investigation:123\",\"metadata\":{\"investigationId\":\"123\"}}]",
                        "30[{\"success\":true}]",
                        "2[\"presence:update\",{\"room\":\"investigation:123\",\"presence\":["
                                + "{\"userId\":\"bob\",\"username\":\"bob\",\"status\":\"online\",\"lastSeen\":" + now
                                + "},"
                                + "{\"userId\":\"alice\",\"username\":\"alice\",\"status\":\"online\",\"lastSeen\":"
                                + now + "}]}]");
        assertThat(bob.takeHeard())
                .containsExactly(
                        "2[\"presence:join\",{\"room\":\"investigation:123\",\"user\":{\"userId\":\"alice\",\"username\":\"alice\",\"status\":\"online\",\"lastSeen\":"
                                + now + "}}]");
    }

    @Test
    void join_ofBothSpellings_isOneRoom() {
        SummitWorld.Client alice = world.joined("alice@acme", "acme:x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.takeHeard();

        bob.says("2[\"room:send\",{\"room\":\"acme:x\",\"payload\":1}]");

        assertThat(alice.takeHeard().getFirst()).contains("\"room\":\"acme:x\"");
        assertThat(bob.takeHeard().getFirst()).contains("\"room\":\"x\"");
        assertThat(alice.says("21[\"query:rooms\",null]")).containsExactly("31[{\"rooms\":[\"acme:x\"]}]");
        assertThat(bob.says("21[\"query:rooms\"]")).containsExactly("31[{\"rooms\":[\"x\"]}]");
    }

    @Test
    void names_whenQualified_areSoEverywhere() {
        var qualified = new SummitWorld(SummitWorld.PLAIN.with(SummitConfig.RoomNames.QUALIFIED));
        SummitWorld.Client alice = qualified.connected("alice@acme");
        List<String> heard = alice.says("20[\"room:join\",{\"room\":\"x\"}]");
        assertThat(heard.get(0)).isEqualTo("2[\"room:joined\",{\"room\":\"acme:x\"}]");
        assertThat(heard.get(2)).startsWith("2[\"presence:update\",{\"room\":\"acme:x\"");
        assertThat(alice.says("21[\"query:rooms\",null]")).containsExactly("31[{\"rooms\":[\"acme:x\"]}]");
    }

    @Test
    void rooms_ofTwoTenants_areTwo() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client carol = world.connected("carol@globex");
        assertThat(carol.says("20[\"room:join\",{\"room\":\"acme:x\"}]").get(2))
                .contains("carol")
                .doesNotContain("alice");
        carol.says("2[\"room:send\",{\"room\":\"acme:x\",\"payload\":\"secret\"}]");
        assertThat(alice.takeHeard()).isEmpty();
        assertThat(carol.says("21[\"query:presence\",{\"room\":\"x\"}]"))
                .containsExactly("31[{\"presence\":[],\"error\":\"NOT_IN_ROOM\"}]");
    }

    @Test
    void join_again_isAnsweredAlikeAndNobodyHearsOfIt() {
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        bob.takeHeard();
        assertThat(alice.says("20[\"room:join\",{\"room\":\"x\"}]")).hasSize(3);
        assertThat(bob.takeHeard()).isEmpty();
    }

    @Test
    void join_malformed_isAnsweredAndSaid() {
        SummitWorld.Client alice = world.connected("alice@acme");
        List<String> expected = List.of(
                "30[{\"success\":false,\"error\":\"Internal error\"}]",
                "2[\"system:error\",{\"code\":\"ROOM_JOIN_FAILED\",\"message\":\"Failed to join room\"}]");
        for (String argument :
                List.of("{}", "{\"room\":7}", "{\"room\":\"\"}", "null", "[]", "\"x\"", "{\"room\":\"a\\u0000\"}"))
            assertThat(alice.says("20[\"room:join\"," + argument + "]"))
                    .as(argument)
                    .isEqualTo(expected);
        assertThat(alice.says("20[\"room:join\"]")).isEqualTo(expected);
    }

    @Test
    void join_ofTooManyRooms_isRefused() {
        SummitConfig d = SummitWorld.PLAIN;
        var small = new SummitWorld(new SummitConfig(
                d.engine(),
                d.maxMessageBytes(),
                d.namespaces(),
                d.names(),
                new SummitConfig.Rooms(10, 2, 100),
                d.persistence(),
                d.rates(),
                d.access(),
                d.recovery(),
                d.presenceGrace()));
        SummitWorld.Client alice = small.joined("alice@acme", "x");
        alice.says("2[\"room:join\",{\"room\":\"y\"}]");
        assertThat(alice.says("20[\"room:join\",{\"room\":\"z\"}]"))
                .containsExactly("30[{\"success\":false,\"error\":\"TOO_MANY_ROOMS\"}]");
    }

    @Test
    void join_ofAFullRoomOrWithTooMuchMetadata_isRefused() {
        SummitConfig d = SummitWorld.PLAIN;
        var small = new SummitWorld(new SummitConfig(
                d.engine(),
                d.maxMessageBytes(),
                d.namespaces(),
                d.names(),
                new SummitConfig.Rooms(1, 10, 100),
                d.persistence(),
                d.rates(),
                d.access(),
                d.recovery(),
                d.presenceGrace()));
        small.joined("alice@acme", "x");
        SummitWorld.Client bob = small.connected("bob@acme");
        assertThat(bob.says("20[\"room:join\",{\"room\":\"x\"}]"))
                .containsExactly("30[{\"success\":false,\"error\":\"ROOM_FULL\"}]");
        String metadata = "\"" + "m".repeat(100) + "\"";
        assertThat(bob.says("20[\"room:join\",{\"room\":\"y\",\"metadata\":" + metadata + "}]")
                        .getLast())
                .contains("ROOM_JOIN_FAILED");
    }

    @Test
    void rooms_askedForBehindJoinsAndLeaves_areThoseAfterThem() {
        SummitWorld.Client alice = world.joined("alice@acme", "old");
        List<String> heard = alice.says(
                "20[\"room:join\",{\"room\":\"a\"}]",
                "2[\"room:leave\",{\"room\":\"old\"}]",
                "21[\"query:rooms\",null]",
                "22[\"room:join\",{\"room\":\"b\"}]",
                "23[\"query:rooms\",null]",
                "24[\"query:presence\",{\"room\":\"b\"}]");
        assertThat(heard).contains("33[{\"rooms\":[\"a\",\"b\"]}]");
        assertThat(heard.indexOf("30[{\"success\":true}]")).isLessThan(heard.indexOf("33[{\"rooms\":[\"a\",\"b\"]}]"));
        assertThat(heard)
                .filteredOn(m -> m.startsWith("31[") || m.startsWith("33["))
                .satisfiesExactly(
                        m -> assertThat(m).startsWith("31[{\"rooms\":[\"a\"").doesNotContain("old"),
                        m -> assertThat(m).startsWith("33["));
        assertThat(heard)
                .filteredOn(m -> m.startsWith("34["))
                .singleElement()
                .asString()
                .contains("alice");
    }

    @Test
    void rooms_askedForBehindARefusedJoin_areAnsweredToo() {
        var guarded = new SummitWorld(
                SummitWorld.PLAIN.with(new SummitConfig.Access(false, true, "role:analyst", null, null)));
        List<String> heard = guarded.connected("alice@acme")
                .says("20[\"room:join\",{\"room\":\"a\"}]", "21[\"query:rooms\"]", "22[\"room:join\",{}]");
        assertThat(heard).contains("31[{\"rooms\":[]}]");
        assertThat(heard.indexOf("30[{\"success\":false,\"error\":\"Unauthorized\"}]"))
                .isBetween(0, heard.indexOf("31[{\"rooms\":[]}]") - 1);
    }

    @Test
    void rooms_askedForTooOften_areRefusedAndNotQueued() {
        SummitWorld.Client alice = world.connected("alice@acme");
        String[] packets = new String[70];
        packets[0] = "20[\"room:join\",{\"room\":\"a\"}]";
        for (int i = 1; i < packets.length; i++) packets[i] = "2" + (100 + i) + "[\"query:rooms\"]";
        List<String> heard = alice.says(packets);
        assertThat(heard).filteredOn(m -> m.contains("\"rooms\":[\"a\"]")).hasSize(64);
        assertThat(heard)
                .filteredOn(m -> m.contains("\"rooms\":[],\"error\":\"UNAVAILABLE\""))
                .hasSize(5);
    }

    @Test
    void leave_tellsOthersThenTheLeaver() {
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        bob.takeHeard();
        assertThat(alice.says("20[\"room:leave\",{\"room\":\"x\"}]"))
                .containsExactly("2[\"room:left\",{\"room\":\"x\"}]", "30[{\"success\":true}]");
        assertThat(bob.takeHeard().getFirst()).isEqualTo("2[\"presence:leave\",{\"room\":\"x\",\"userId\":\"alice\"}]");
        assertThat(alice.says("21[\"room:leave\",{\"room\":\"never\"}]").getLast())
                .isEqualTo("31[{\"success\":true}]");
    }
}
