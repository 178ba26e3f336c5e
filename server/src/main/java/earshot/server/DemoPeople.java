package earshot.server;

import earshot.core.message.RoomId;
import earshot.core.room.Meetings;
import earshot.core.time.Clock;
import earshot.server.config.NetworkSettings;
import earshot.server.config.ServerConfig;
import earshot.server.page.Demo;
import earshot.server.token.TokenMint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Who the demos of a development server are, with tokens to be them. */
final class DemoPeople {
    private static final Duration TOKENS_COUNT = Duration.ofDays(7);
    private static final String PAGE = "d3a00000-0000-4000-8000-000000000001";
    private static final String CHANNEL = "demo";
    /** A meeting that development declares by itself (DESIGN 2). */
    private static final String LOBBY = "public:lobby";

    private static final List<String> NAMES = List.of("Ada", "Grace", "Alan");

    private DemoPeople() {}

    static Demo of(ServerConfig config, Clock clock) {
        var site = config.threadkit().sites().getFirst();
        TokenMint threadkit = new TokenMint(config.threadkit().tokens(), clock);
        TokenMint waddle = new TokenMint(config.waddle().tokens(), clock);
        return new Demo(
                site.keys().getFirst(),
                PAGE,
                NAMES.stream().map(n -> commenter(threadkit, site.id(), n)).toList(),
                CHANNEL,
                NAMES.stream().map(n -> chatter(waddle, n)).toList(),
                Meetings.uuidOf(new RoomId(RoomId.MEETING, "", LOBBY)).toString(),
                LOBBY,
                investigators(config, clock),
                walkers(config, clock));
    }

    /** Whether tokens can be made: with nothing but public keys there are no demos. */
    static boolean arePossible(ServerConfig config) {
        return config.isDevelopment()
                && config.threadkit().enabled()
                && config.waddle().enabled()
                && new TokenMint(config.threadkit().tokens(), Clock.SYSTEM).canSign()
                && new TokenMint(config.waddle().tokens(), Clock.SYSTEM).canSign();
    }

    private static Demo.Person commenter(TokenMint mint, UUID site, String name) {
        UUID id = UUID.nameUUIDFromBytes(("demo " + name).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return person(mint, id.toString(), name, TokenMint.threadkitClaims(id, site, name));
    }

    private static Demo.Person chatter(TokenMint mint, String name) {
        String id = name.toLowerCase(java.util.Locale.ROOT);
        return person(mint, id, name, TokenMint.waddleClaims(id, name, List.of("read", "write")));
    }

    private static List<Demo.Person> investigators(ServerConfig config, Clock clock) {
        TokenMint summit = new TokenMint(config.summit().tokens(), clock);
        boolean isSpoken =
                config.summit().enabled() && config.network().protocolFixture() == NetworkSettings.ProtocolFixture.OFF;
        return isSpoken && summit.canSign()
                ? NAMES.stream().map(n -> investigator(summit, n)).toList()
                : List.of();
    }

    private static Demo.Person investigator(TokenMint mint, String name) {
        String id = name.toLowerCase(java.util.Locale.ROOT);
        return person(mint, id, name, TokenMint.summitClaims(id, "demo", name, List.of("analyst"), List.of()));
    }

    private static List<Demo.Person> walkers(ServerConfig config, Clock clock) {
        TokenMint graphwiz = new TokenMint(config.graphwiz().tokens(), clock);
        return config.graphwiz().enabled() && graphwiz.canSign()
                ? NAMES.stream().map(n -> walker(graphwiz, n)).toList()
                : List.of();
    }

    private static Demo.Person walker(TokenMint mint, String name) {
        String id = name.toLowerCase(java.util.Locale.ROOT);
        return person(mint, id, name, TokenMint.graphwizClaims(id, List.of()));
    }

    private static Demo.Person person(TokenMint mint, String id, String name, Map<String, Object> claims) {
        return new Demo.Person(id, name, mint.mint(claims, TOKENS_COUNT));
    }
}
