package earshot.server.config;

import earshot.core.voice.VoiceLimits;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;

/**
 * Voice rooms, and the Janus that mixes what is said in them.
 *
 * @param janus address of its WebSocket API; empty: nobody can join a voice room
 * @param apiSecret empty: it has none
 * @param adminKey empty: it has none
 * @param mediaAddress where a Janus that {@code --voice} starts has its media; empty: any address that is not loopback
 */
public record VoiceSettings(String janus, String apiSecret, String adminKey, String mediaAddress, VoiceLimits limits) {
    static final Catalog CATALOG = new Catalog(
            "voice",
            "Voice rooms. A Janus WebRTC server mixes what is said; without one nobody can join. See docs/voice.md.");

    static final Setting<String> JANUS = CATALOG.optional(
            "janus-url",
            new AddressKind(),
            "no voice, unless serve --voice starts a Janus for development",
            "The WebSocket API of a Janus with the AudioBridge plugin, ws://host:port or wss://host:port/path. It is this node's: give each node one.",
            "JANUS_URL");
    static final Setting<List<String>> SECRET = CATALOG.optional(
            "janus-secret", Kinds.SECRETS, "it has none", "Its api_secret (janus.jcfg).", "JANUS_API_SECRET");
    static final Setting<List<String>> ADMIN_KEY = CATALOG.optional(
            "janus-admin-key",
            Kinds.SECRETS,
            "it has none",
            "Its admin_key (janus.plugin.audiobridge.jcfg), which keeps others from making rooms.",
            "JANUS_ADMIN_KEY");
    static final Setting<String> MEDIA_ADDRESS = CATALOG.optional(
            "media-address",
            Kinds.TEXT,
            "the first IPv4 address of this machine that is not loopback",
            "Where the Janus that serve --voice starts sends and receives media. Never loopback: Janus leaves that interface out.");
    static final Setting<Integer> PARTICIPANTS = CATALOG.setting(
            "participants", Kinds.integer(1, 1000), VoiceLimits.DEFAULT.perRoom(), "Participants of one voice room.");
    static final Setting<Integer> PARTICIPANTS_PER_NODE = CATALOG.setting(
            "participants-per-node",
            Kinds.integer(1, 100_000),
            VoiceLimits.DEFAULT.perNode(),
            "Participants of all voice rooms that live on this node; each costs its Janus an encoder.");
    static final Setting<Integer> CANDIDATES = CATALOG.setting(
            "candidates",
            Kinds.integer(1, 10_000),
            VoiceLimits.DEFAULT.candidatesWaiting(),
            "ICE candidates of one client that wait until it has answered the offer.");
    static final Setting<Duration> GRACE = CATALOG.setting(
            "grace",
            Kinds.duration(Duration.ZERO, Duration.ofMinutes(10)),
            VoiceLimits.DEFAULT.grace(),
            "How long a user whose connection was lost stays in a voice room, to come back unnoticed.");
    static final Setting<Duration> ANSWER_TIMEOUT = CATALOG.setting(
            "answer-timeout",
            Kinds.duration(Duration.ofSeconds(1), Duration.ofMinutes(10)),
            VoiceLimits.DEFAULT.answerWithin(),
            "How long an offer may go unanswered; then the user is out of the room.");
    static final Setting<Duration> AWAY_TIMEOUT = CATALOG.setting(
            "away-timeout",
            Kinds.duration(Duration.ZERO, Duration.ofHours(1)),
            VoiceLimits.DEFAULT.engineGrace(),
            "How long participants stay in their rooms while Janus is away, to be connected again when it is back.");

    static VoiceSettings from(Values values) {
        VoiceLimits usual = VoiceLimits.DEFAULT;
        return new VoiceSettings(
                values.maybe(JANUS).orElse(""),
                values.maybe(SECRET).map(List::getFirst).orElse(""),
                values.maybe(ADMIN_KEY).map(List::getFirst).orElse(""),
                values.maybe(MEDIA_ADDRESS).orElse(""),
                new VoiceLimits(
                        values.of(PARTICIPANTS),
                        values.of(PARTICIPANTS_PER_NODE),
                        values.of(CANDIDATES),
                        usual.sdpChars(),
                        values.of(GRACE),
                        values.of(ANSWER_TIMEOUT),
                        usual.offerWithin(),
                        values.of(AWAY_TIMEOUT)));
    }

    /** What production refuses: an API that everybody can use who reaches it. */
    void check(List<String> problems) {
        if (isOn() && apiSecret.isEmpty())
            problems.add(
                    "voice.janus-secret: production needs one; give Janus an api_secret, and JANUS_API_SECRET here");
    }

    public boolean isOn() {
        return !janus.isEmpty();
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return janus;
    }

    /** An address that a WebSocket client can dial. */
    private static final class AddressKind implements Kind<String> {
        @Override
        public String describe() {
            return "address of a Janus";
        }

        @Override
        public String parse(Raw raw) {
            String text = Kinds.word(raw).text().strip();
            try {
                URI uri = new URI(text);
                String scheme = String.valueOf(uri.getScheme());
                if ((scheme.equals("ws") || scheme.equals("wss")) && uri.getHost() != null && uri.getUserInfo() == null)
                    return text;
            } catch (URISyntaxException _) {
                // Said below.
            }
            throw new Unfit(Kinds.quoted(text) + " (expected: ws://host:port or wss://host:port)");
        }

        @Override
        public String show(String value) {
            return value;
        }
    }
}
