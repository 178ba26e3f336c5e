package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.dialect.EngineIo;
import earshot.dialect.testkit.Handshakes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Clients' packets on a real node, in the words and the order of the wire. */
final class ConversationTest {
    /** As the original: no recovery, so that no offsets are in the way. */
    private static final SummitConfig PLAIN =
            SummitConfig.DEFAULT.with(new SummitConfig.Recovery(false, Duration.ofMinutes(2)));

    private final SummitWorld world = new SummitWorld(PLAIN);

    // ---- connecting

    @Test
    void connect_withToken_isWelcomedAndEstablished() {
        assertThat(world.dialled().says("0{\"token\":\"alice@acme\",\"tenantId\":\"other\"}"))
                .containsExactly(
                        "0{\"sid\":\"secret00000000000001\"}",
                        "2[\"connection:established\",{\"connectionId\":\"acme:alice:secret00000000000001\",\"tenantId\":\"acme\"}]");
    }

    @Test
    void connect_withoutTenant_isOfTheDefaultOne() {
        assertThat(world.dialled().says("0{\"token\":\"alice@\"}").get(1)).contains("\"tenantId\":\"default\"");
    }

    @Test
    void connect_withHeaderOnly_isWelcomed() {
        Handshakes handshake = Handshakes.to("/socket.io/?EIO=4").header("authorization", "Bearer alice@acme");
        assertThat(world.dialled(handshake).says("0").getFirst()).startsWith("0{\"sid\"");
    }

    @Test
    void connect_withBadTokens_isRefusedInTheOriginalsWords() {
        assertThat(world.dialled().says("0"))
                .containsExactly(
                        "4{\"message\":\"Authentication token required\",\"data\":{\"code\":\"TOKEN_REQUIRED\"}}");
        assertThat(world.dialled().says("0{\"token\":\"\"}").getFirst()).contains("Authentication token required");
        assertThat(world.dialled().says("0{\"token\":\"nonsense\"}"))
                .containsExactly("4{\"message\":\"Invalid token\",\"data\":{\"code\":\"INVALID_TOKEN\"}}");
        assertThat(world.dialled().says("0{\"token\":\"expired\"}"))
                .containsExactly("4{\"message\":\"Token expired\",\"data\":{\"code\":\"TOKEN_EXPIRED\"}}");
        assertThat(world.dialled().says("0{\"token\":\"alice@a:b\"}").getFirst())
                .contains("Authentication failed");
    }

    @Test
    void connect_withAnotherTenant_isRefusedOnlyWhereThatIsAskedFor() {
        var strict = new SummitWorld(PLAIN.with(new SummitConfig.Access(true, true, null, null, null)));
        assertThat(strict.dialled()
                        .says("0{\"token\":\"a@acme\",\"tenantId\":\"globex\"}")
                        .getFirst())
                .contains("TENANT_MISMATCH");
        assertThat(strict.dialled()
                        .says("0{\"token\":\"a@acme\",\"tenantId\":\"default\"}")
                        .getFirst())
                .startsWith("0{");
        assertThat(strict.dialled()
                        .says("0{\"token\":\"a@acme\",\"tenantId\":\"acme\"}")
                        .getFirst())
                .startsWith("0{");
    }

    @Test
    void connect_toUnknownNamespace_isRefusedAsByTheReference() {
        assertThat(world.dialled().says("0/random,{\"token\":\"a@acme\"}"))
                .containsExactly("4/random,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    void connect_twice_closes() {
        SummitWorld.Client alice = world.connected("alice@acme");
        alice.says("0{\"token\":\"alice@acme\"}");
        assertThat(alice.closes).containsExactly(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    void connect_whileDraining_endsTheTransportSoThatTheClientTriesAgain() {
        world.draining = true;
        SummitWorld.Client alice = world.dialled();
        assertThat(alice.says("0{\"token\":\"alice@acme\"}")).isEmpty();
        assertThat(alice.closes).containsExactly(CloseReason.DRAINING);
    }

    @Test
    void anything_beforeConnect_closes() {
        for (String packet : List.of("2[\"x\"]", "1", "30[]", "2/ops,[\"x\"]")) {
            SummitWorld.Client client = world.dialled();
            client.says(packet);
            assertThat(client.closes).as(packet).containsExactly(CloseReason.PROTOCOL_ERROR);
        }
    }

    // ---- rooms

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
        var qualified = new SummitWorld(PLAIN.with(SummitConfig.RoomNames.QUALIFIED));
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
        SummitConfig d = PLAIN;
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
        SummitConfig d = PLAIN;
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
        var guarded = new SummitWorld(PLAIN.with(new SummitConfig.Access(false, true, "role:analyst", null, null)));
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

    // ---- messages

    @Test
    void send_isEchoedFirstAndThenAcked() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.takeHeard();
        List<String> heard = alice.says(
                "21[\"room:send\",{\"room\":\"x\",\"payload\":{ \"type\" : \"comment\"},\"persistent\":true}]");
        assertThat(heard).hasSize(2);
        assertThat(heard.get(0))
                .matches("2\\[\"room:message\",\\{\"id\":\"[-0-9a-f]{36}\",\"room\":\"x\",\"from\":\"alice\","
                        + "\"payload\":\\{ \"type\" : \"comment\"},\"timestamp\":\\d+}]");
        assertThat(heard.get(1)).matches("31\\[\\{\"success\":true,\"messageId\":\"[-0-9a-f]{36}\"}]");
        assertThat(bob.takeHeard()).containsExactly(heard.get(0));
    }

    @Test
    void send_ofAnyJson_isPassedOnAsItIs() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        for (String payload : List.of("null", "\"s\\ud83d\\ude00\"", "7", "-1.5e3", "[1,[2]]", "false", "{}"))
            assertThat(alice.says("2[\"room:send\",{\"room\":\"x\",\"payload\":" + payload + "}]")
                            .getFirst())
                    .contains("\"payload\":" + payload + ",");
        assertThat(alice.says("2[\"room:send\",{\"room\":\"x\"}]").getFirst()).doesNotContain("payload");
    }

    @Test
    void send_toARoomOneIsNotIn_isRefused() {
        assertThat(world.connected("alice@acme").says("21[\"room:send\",{\"room\":\"x\",\"payload\":1}]"))
                .containsExactly(
                        "31[{\"success\":false,\"error\":\"NOT_IN_ROOM\"}]",
                        "2[\"system:error\",{\"code\":\"NOT_IN_ROOM\",\"message\":\"You are not a member of this room\"}]");
    }

    @Test
    void send_withAttachments_reachesOthersWhole() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.attaches(
                "52-7[\"room:send\",{\"room\":\"x\",\"payload\":{\"a\":{\"_placeholder\":true,\"num\":1},\"b\":{\"_placeholder\":true,\"num\":0}}}]",
                new byte[3],
                new byte[0]);
        List<String> heard = bob.takeHeard();
        assertThat(heard).hasSize(3);
        assertThat(heard.get(0)).startsWith("52-[\"room:message\",").contains("\"num\":1");
        assertThat(heard.subList(1, 3)).containsExactly("b3", "b0");
    }

    @Test
    void send_withPlaceholderForNothing_closesTheSenderAndReachesNobody() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.attaches(
                "51-7[\"room:send\",{\"room\":\"x\",\"payload\":{\"_placeholder\":true,\"num\":1}}]", new byte[3]);
        assertThat(alice.closes).containsExactly(CloseReason.PROTOCOL_ERROR, CloseReason.PROTOCOL_ERROR);
        assertThat(bob.takeHeard()).isEmpty();
    }

    @Test
    void send_withTheSameKey_isOneMessage() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        String send = "[\"room:send\",{\"room\":\"x\",\"payload\":1,\"idempotencyKey\":\"k\"}]";
        String first = alice.says("21" + send).getLast();
        assertThat(alice.says("22" + send)).containsExactly(first.replace("31[", "32["));
    }

    // ---- replay

    @Test
    void join_replaysPersistentMessagesOnly() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        for (int i = 0; i < 5; i++)
            alice.says("2[\"room:send\",{\"room\":\"x\",\"payload\":" + i + ",\"persistent\":" + (i % 2 == 0) + "}]");
        List<String> heard = world.connected("bob@acme").says("20[\"room:join\",{\"room\":\"x\"}]");
        assertThat(heard.subList(3, heard.size()))
                .hasSize(3)
                .allMatch(m -> m.startsWith("2[\"room:message\",") && m.contains("\"replayed\":true"))
                .satisfiesExactly(
                        m -> assertThat(m).contains("\"payload\":0"),
                        m -> assertThat(m).contains("\"payload\":2"),
                        m -> assertThat(m).contains("\"payload\":4"));
    }

    @Test
    void join_replaysWhatIsAskedFor() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        List<String> ids = new java.util.ArrayList<>();
        for (int i = 0; i < 5; i++) {
            world.advance(Duration.ofSeconds(1));
            String ack = alice.says("21[\"room:send\",{\"room\":\"x\",\"payload\":" + i + ",\"persistent\":true}]")
                    .getLast();
            ids.add(ack.replaceAll(".*messageId\":\"|\".*", ""));
        }
        long third = world.clock.millis() - 2000;
        assertThat(replayed("\"replay\":false")).isEmpty();
        assertThat(replayed("\"metadata\":{\"replay\":2}")).containsExactly("3", "4");
        assertThat(replayed("\"replay\":{\"afterId\":\"" + ids.get(2) + "\"}")).containsExactly("3", "4");
        assertThat(replayed("\"replay\":{\"since\":" + third + "}")).containsExactly("2", "3", "4");
        assertThat(replayed("\"replay\":true")).hasSize(5);
    }

    /** Clients that were with us before say both: the place is exact, and passing messages stand behind it too. */
    @Test
    void join_thatNamesPlaceAndMessage_goesOnAtThePlace() {
        var offsets = new SummitWorld(SummitConfig.DEFAULT);
        SummitWorld.Client alice = offsets.joined("alice@acme", "x");
        List<String> heard = new java.util.ArrayList<>();
        for (int i = 0; i < 4; i++)
            heard.add(alice.says(
                            "2[\"room:send\",{\"room\":\"x\",\"payload\":" + i + ",\"persistent\":" + (i == 1) + "}]")
                    .getFirst());
        String id = heard.get(1).replaceAll(".*\"id\":\"|\".*", "");
        String after = heard.get(2).replaceAll(".*,\"|\"]$", "");

        String both = "\"afterId\":\"" + id + "\",\"after\":\"" + after + "\"";
        assertThat(replayed(offsets, "\"replay\":{" + both + "}")).containsExactly("3");
        assertThat(replayed(offsets, "\"replay\":{\"since\":0," + both + "}"))
                .as("a time is first")
                .containsExactly("1");

        String lost = after.replaceFirst("-[0-9a-z]+-", "-7-");
        String earlier = "\"after\":\"" + lost + "\",\"afterId\":\"" + id + "\"";
        assertThat(replayed(offsets, "\"replay\":{" + earlier + "}"))
                .as("the message, where the place is out of reach")
                .isEmpty();
    }

    private List<String> replayed(String wish) {
        return replayed(world, wish);
    }

    private static List<String> replayed(SummitWorld world, String wish) {
        List<String> heard = world.connected("bob@acme").says("20[\"room:join\",{\"room\":\"x\"," + wish + "}]");
        return heard.stream()
                .filter(m -> m.contains("room:message"))
                .map(m -> m.replaceAll(".*payload\":|,\"timestamp.*", ""))
                .toList();
    }

    @Test
    void join_doesNotReplayWhatIsTooOld() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        alice.says("2[\"room:send\",{\"room\":\"x\",\"payload\":1,\"persistent\":true}]");
        world.advance(Duration.ofSeconds(3601));
        assertThat(replayed("\"replay\":50")).isEmpty();
    }

    // ---- presence

    @Test
    void status_isSaidToEverybodyWithItsMetadata() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.takeHeard();
        List<String> heard =
                alice.says("20[\"presence:status\",{\"status\":\"away\",\"metadata\":{\"at\":\"desk\",\"n\":1}}]");
        assertThat(heard).anyMatch("30[{\"success\":true}]"::equals);
        assertThat(heard.stream().filter(m -> m.contains("presence:update")).toList())
                .singleElement()
                .satisfies(
                        m -> assertThat(m).contains("\"status\":\"away\"", "\"metadata\":{\"at\":\"desk\",\"n\":1}"));
        assertThat(bob.takeHeard()).singleElement().satisfies(m -> assertThat(m).contains("\"away\"", "\"bob\""));

        alice.says("2[\"presence:status\",{\"status\":\"busy\",\"metadata\":{\"n\":2}}]");
        assertThat(bob.says("21[\"query:presence\",{\"room\":\"x\"}]").getFirst())
                .contains("\"status\":\"busy\"", "\"metadata\":{\"at\":\"desk\",\"n\":2}");
    }

    @Test
    void status_chosenBefore_isShownInARoomJoinedLater() {
        SummitWorld.Client alice = world.connected("alice@acme");
        assertThat(alice.says("20[\"presence:status\",{\"status\":\"busy\"}]"))
                .containsExactly("30[{\"success\":true}]");
        alice.says("2[\"room:join\",{\"room\":\"x\"}]");
        assertThat(alice.says("21[\"query:presence\",{\"room\":\"x\"}]").getFirst())
                .contains("\"busy\"");
    }

    @Test
    void status_unknown_isRefused() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        assertThat(alice.says("20[\"presence:status\",{\"status\":\"here\"}]"))
                .containsExactly(
                        "30[{\"success\":false,\"error\":\"PRESENCE_UPDATE_FAILED\"}]",
                        "2[\"system:error\",{\"code\":\"PRESENCE_UPDATE_FAILED\",\"message\":\"Failed to update presence status\"}]");
    }

    @Test
    void heartbeat_changesAStatusOnlyWhenItDiffers() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.says(
                "20[\"presence:heartbeat\",{}]",
                "21[\"presence:heartbeat\"]",
                "22[\"presence:heartbeat\",{\"status\":\"online\"}]");
        assertThat(bob.takeHeard()).isEmpty();
        alice.says("2[\"presence:heartbeat\",{\"status\":\"away\"}]");
        assertThat(bob.takeHeard())
                .singleElement()
                .satisfies(m -> assertThat(m).contains("presence:update", "\"away\""));
    }

    @Test
    void presence_isOfUsersAndNotOfTabs() {
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        SummitWorld.Client tab1 = world.joined("alice@acme", "x");
        bob.takeHeard();
        SummitWorld.Client tab2 = world.joined("alice@acme", "x");
        assertThat(bob.takeHeard()).isEmpty();
        tab1.says("1");
        assertThat(bob.takeHeard()).isEmpty();
        tab2.says("1");
        assertThat(bob.takeHeard())
                .satisfiesExactly(
                        m -> assertThat(m).isEqualTo("2[\"presence:leave\",{\"room\":\"x\",\"userId\":\"alice\"}]"),
                        m -> assertThat(m).startsWith("2[\"presence:update\",").doesNotContain("alice"));
    }

    @Test
    void drop_isTakenForALeaveOnlyAfterTheGrace() {
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        bob.takeHeard();
        alice.drop(CloseReason.CLIENT_LEFT);
        world.advance(Duration.ofSeconds(4));
        assertThat(bob.takeHeard()).isEmpty();
        world.advance(Duration.ofSeconds(2));
        assertThat(bob.takeHeard()).first().asString().contains("presence:leave");
    }

    // ---- limits, tokens, the end

    @Test
    void flood_isAnsweredAndSaidOnceASecond() {
        var slow = new SummitWorld(PLAIN.with(new SummitConfig.Rates(1, 3, 0, 0)));
        SummitWorld.Client alice = slow.connected("alice@acme");
        alice.says("20[\"query:rooms\"]", "21[\"query:rooms\"]", "22[\"query:rooms\"]");
        assertThat(alice.says("23[\"query:rooms\"]", "24[\"room:send\",{}]"))
                .containsExactly(
                        "33[{\"rooms\":[],\"error\":\"RATE_LIMIT_EXCEEDED\"}]",
                        "2[\"system:error\",{\"code\":\"RATE_LIMIT_EXCEEDED\",\"message\":\"Too many messages, please slow down\"}]",
                        "34[{\"success\":false,\"error\":\"RATE_LIMIT_EXCEEDED\"}]");
        assertThat(slow.connected("alice@acme").says("21[\"query:rooms\"]").getFirst())
                .as("another connection of the same user")
                .contains("RATE_LIMIT_EXCEEDED");
        assertThat(slow.connected("bob@acme").says("21[\"query:rooms\"]").getFirst())
                .doesNotContain("error");
    }

    @Test
    void flood_thatGoesOn_endsTheConnection() {
        var slow = new SummitWorld(PLAIN.with(new SummitConfig.Rates(1, 1, 0, 0)));
        SummitWorld.Client alice = slow.connected("alice@acme");
        for (int i = 0; i < 2001; i++) alice.says("2[\"query:rooms\"]");
        assertThat(alice.closes).containsExactly(CloseReason.ABUSE);
    }

    @Test
    void tenant_hasABucketOfItsOwnWhereThatIsAskedFor() {
        var slow = new SummitWorld(PLAIN.with(new SummitConfig.Rates(100, 200, 1, 2)));
        slow.connected("alice@acme").says("20[\"query:rooms\"]", "20[\"query:rooms\"]");
        assertThat(slow.connected("bob@acme").says("21[\"query:rooms\"]").getFirst())
                .contains("RATE_LIMIT_EXCEEDED");
        assertThat(slow.connected("carol@globex").says("21[\"query:rooms\"]").getFirst())
                .doesNotContain("error");
    }

    @Test
    void token_thatRunsOut_endsTheConnectionUnlessItIsRenewed() {
        long inAMinute = world.clock.millis() / 1000 + 60;
        world.expiries.put("alice@acme", inAMinute);
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client other = world.joined("alice@acme", "x");
        world.expiries.put("alice@acme", inAMinute + 60);
        assertThat(alice.says("20[\"auth:refresh\",{\"token\":\"alice@acme\"}]"))
                .containsExactly("30[{\"success\":true,\"expiresAt\":" + (inAMinute + 60) * 1000 + "}]");
        assertThat(alice.says("21[\"auth:refresh\",{\"token\":\"bob@acme\"}]"))
                .containsExactly("31[{\"success\":false,\"error\":\"OTHER_USER\"}]");
        world.advance(Duration.ofSeconds(61));
        assertThat(alice.closes).isEmpty();
        assertThat(other.closes).containsExactly(CloseReason.REVOKED);
        assertThat(other.takeHeard())
                .containsExactly("2[\"system:error\",{\"code\":\"TOKEN_EXPIRED\",\"message\":\"Token expired\"}]");
    }

    @Test
    void unknownEvent_isAnsweredWhenAnAnswerIsWanted() {
        SummitWorld.Client alice = world.connected("alice@acme");
        assertThat(alice.says("2[\"nobody\",1]")).isEmpty();
        assertThat(alice.says("25[\"nobody\",1]"))
                .containsExactly("35[{\"success\":false,\"error\":\"UNKNOWN_EVENT\"}]");
        assertThat(alice.says("2[7,1]")).isEmpty();
        assertThat(alice.says("3999[]")).isEmpty();
        assertThat(alice.closes).isEmpty();
    }

    @Test
    void restart_isSaidToEachWithATimeOfItsOwn() {
        SummitWorld.Client alice = world.connected("alice@acme");
        SummitWorld.Client bob = world.connected("bob@acme");
        world.draining = true;
        world.advance(Duration.ofSeconds(1));
        world.advance(Duration.ofSeconds(1));
        assertThat(alice.takeHeard())
                .singleElement()
                .satisfies(
                        m -> assertThat(m)
                                .matches(
                                        "2\\[\"system:restart\",\\{\"reason\":\"Server shutting down\",\"reconnectIn\":\\d+}]"));
        assertThat(bob.takeHeard()).hasSize(1);
    }

    // ---- namespaces

    @Test
    void namespaces_haveRoomsOfTheirOwn() {
        var ops = new SummitWorld(PLAIN.withNamespaces(List.of("ops", "/case-*")));
        SummitWorld.Client alice = ops.connected("alice@acme");
        assertThat(alice.says("0/ops,{\"token\":\"alice@acme\"}"))
                .hasSize(2)
                .allMatch(m -> m.substring(1).startsWith("/ops,"));
        assertThat(alice.says("0/case-7,{\"token\":\"alice@acme\"}").getFirst()).startsWith("0/case-7,{\"sid\"");
        assertThat(alice.says("0/case,{\"token\":\"alice@acme\"}").getFirst()).contains("Invalid namespace");
        alice.says("2[\"room:join\",{\"room\":\"x\"}]", "2/ops,[\"room:join\",{\"room\":\"x\"}]");
        SummitWorld.Client bob = ops.joined("bob@acme", "x");
        alice.takeHeard();
        bob.says("2[\"room:send\",{\"room\":\"x\",\"payload\":1}]");
        assertThat(alice.takeHeard())
                .singleElement()
                .satisfies(m -> assertThat(m).startsWith("2[\"room:message\""));
        assertThat(alice.says("2/ops,4[\"room:send\",{\"room\":\"x\",\"payload\":2}]".replace("/ops,4", "/ops,4")))
                .satisfiesExactly(
                        m -> assertThat(m)
                                .startsWith("2/ops,[\"room:message\",")
                                .contains("\"room\":\"x\""),
                        m -> assertThat(m).startsWith("3/ops,4[{\"success\":true"));
        assertThat(bob.takeHeard()).hasSize(1);
        alice.says("1/ops,");
        assertThat(alice.says("21[\"query:rooms\"]")).containsExactly("31[{\"rooms\":[\"x\"]}]");
        alice.says("2/ops,[\"query:rooms\"]");
        assertThat(alice.closes).containsExactly(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    void namespace_ofSomebodyElse_isRefused() {
        var ops = new SummitWorld(PLAIN.withNamespaces(List.of("ops")));
        assertThat(ops.connected("alice@acme")
                        .says("0/ops,{\"token\":\"bob@acme\"}")
                        .getFirst())
                .contains("OTHER_USER");
    }

    @Test
    void roomNamedLikeAnotherNamespacesRoom_isAnotherRoom() {
        var ops = new SummitWorld(PLAIN.withNamespaces(List.of("ops")));
        SummitWorld.Client alice = ops.joined("alice@acme", "/ops,x");
        SummitWorld.Client bob = ops.connected("bob@acme");
        bob.says("0/ops,{\"token\":\"bob@acme\"}");
        bob.says("2/ops,[\"room:join\",{\"room\":\"x\"}]");
        bob.says("2/ops,[\"room:send\",{\"room\":\"x\",\"payload\":1}]");
        assertThat(alice.takeHeard()).isEmpty();
        assertThat(alice.says("2[\"room:send\",{\"room\":\"/ops,x\",\"payload\":1}]")
                        .getFirst())
                .startsWith("2[\"room:message\"")
                .contains("\"room\":\"/ops,x\"");
    }

    // ---- who may

    @Test
    void permissions_decideOverJoinAndSend() {
        var guarded =
                new SummitWorld(PLAIN.with(new SummitConfig.Access(false, true, "role:analyst", "case:write", null)));
        assertThat(guarded.connected("alice@acme").says("20[\"room:join\",{\"room\":\"x\"}]"))
                .containsExactly("30[{\"success\":false,\"error\":\"Unauthorized\"}]");
        SummitWorld.Client reader = guarded.joined("bob@acme;role:analyst", "x");
        assertThat(reader.says("21[\"room:send\",{\"room\":\"x\",\"payload\":1}]")
                        .getFirst())
                .contains("MESSAGE_SEND_FAILED");
        SummitWorld.Client writer = guarded.joined("carol@acme;role:analyst,case:write", "x");
        assertThat(writer.says("21[\"room:send\",{\"room\":\"x\",\"payload\":1}]")
                        .getLast())
                .contains("\"success\":true");
    }

    @Test
    void product_hasTheLastWord() {
        RoomAuthorizer product = (session, room) -> room.name().equals("broken")
                ? CompletableFuture.failedStage(new IllegalStateException("no answer"))
                : CompletableFuture.completedStage(
                        room.name().equals("x") ? Set.of(RoomAuthorizer.Action.JOIN) : Set.of());
        var asked = new SummitWorld(PLAIN, List.of(), product);
        SummitWorld.Client alice = asked.connected("alice@acme");
        assertThat(alice.says("20[\"room:join\",{\"room\":\"y\"}]").getFirst()).contains("Unauthorized");
        assertThat(alice.says("20[\"room:join\",{\"room\":\"broken\"}]").getFirst())
                .contains("UNAVAILABLE");
        assertThat(alice.says("20[\"room:join\",{\"room\":\"x\"}]").get(1)).contains("\"success\":true");
        assertThat(alice.says("20[\"room:send\",{\"room\":\"x\"}]").getFirst()).contains("MESSAGE_SEND_FAILED");
    }

    @Test
    void attachments_thatNeverCome_endTheConnection() {
        SummitWorld.Client alice = world.connected("alice@acme");
        alice.says("51-[\"room:send\",{\"_placeholder\":true,\"num\":0}]");
        world.advance(Duration.ofSeconds(31));
        assertThat(alice.closes).containsExactly(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    void engine_isThatOfTheSeed() {
        EngineIo engine = world.dialect.engineIo();
        assertThat(engine.path()).isEqualTo("/socket.io/");
        assertThat(engine.times().pingInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(engine.times().pingTimeout()).isEqualTo(Duration.ofSeconds(60));
    }
}
