package earshot.server.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What development makes up where nobody said anything (DECISIONS 1). */
final class Development {
    private static final UUID DEMO_SITE = UUID.fromString("00000000-0000-4000-8000-00000000d3a0");

    private static final Set<String> DIALECTS = Set.of("threadkit", "waddle", "summit", "graphwiz");

    private Development() {}

    static List<Meeting> meetings(Mode mode) {
        return mode == Mode.DEVELOPMENT
                ? List.of(new Meeting("public:lobby", DIALECTS), new Meeting("public:lobby*", DIALECTS))
                : List.of();
    }

    static ServerConfig complete(ServerConfig given, DevelopmentSecrets source) {
        UnaryOperator<String> secrets = name -> source.secret(given.history().data(), name);
        ThreadkitSettings threadkit = given.threadkit();
        List<ThreadkitSettings.SiteEntry> sites =
                threadkit.sites().isEmpty() ? List.of(demoSite(secrets.apply("site"))) : threadkit.sites();
        WaddleSettings waddle = given.waddle();
        return given.with(
                threadkit.with(sites, withKey(threadkit.tokens(), "threadkit", secrets)),
                waddle.with(withKey(waddle.tokens(), "waddle", secrets)),
                given.summit().with(withKey(given.summit().tokens(), "summit", secrets)),
                given.graphwiz().with(withKey(given.graphwiz().tokens(), "graphwiz", secrets)));
    }

    private static ThreadkitSettings.SiteEntry demoSite(String seed) {
        String hex = UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        return new ThreadkitSettings.SiteEntry(DEMO_SITE, "localhost", List.of("tk_pub_" + hex), List.of());
    }

    private static TokenSettings withKey(TokenSettings tokens, String name, UnaryOperator<String> secrets) {
        return tokens.hasKey() ? tokens : tokens.withSecrets(List.of(secrets.apply(name)));
    }
}
