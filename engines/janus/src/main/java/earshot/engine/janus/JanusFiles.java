package earshot.engine.janus;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configuration of a Janus that serves Earshot and nothing else: the AudioBridge, the WebSocket API on loopback with a secret, no administration, no
 * other plugin or transport. As proven with Janus 1.1.2 (protocol file janus-audiobridge.md, section 3).
 *
 * @param name by which it tells that it is this one, in the answer to {@code info}
 * @param port of its API, on 127.0.0.1; below 32768, or a connection that ended lately may have it
 * @param mediaAddress where media is sent and received: never a loopback address, Janus leaves that interface out
 * @param firstMediaPort of the UDP ports for media
 * @param lastMediaPort one per participant is taken, and a few more
 */
public record JanusFiles(
        String name,
        int port,
        String apiSecret,
        String adminKey,
        String mediaAddress,
        int firstMediaPort,
        int lastMediaPort) {
    private static final String BRIDGE = "libjanus_audiobridge.so";
    private static final String TRANSPORT = "libjanus_websockets.so";
    private static final List<String> LIBRARIES =
            List.of("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/janus/lib", "/opt/homebrew/lib");

    /** Writes the three files; the directory is then what {@code janus -F} takes. */
    public void write(Path directory) throws IOException {
        Path libraries = libraries().orElseThrow(() -> new IOException("no Janus with an AudioBridge is installed"));
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("janus.jcfg"), main(directory, libraries));
        Files.writeString(directory.resolve("janus.transport.websockets.jcfg"), webSockets());
        Files.writeString(directory.resolve("janus.plugin.audiobridge.jcfg"), audioBridge());
    }

    private String main(Path directory, Path libraries) throws IOException {
        return """
                general: {
                    configs_folder = "%s"
                    plugins_folder = "%s"
                    transports_folder = "%s"
                    events_folder = "%s"
                    loggers_folder = "%s"
                    server_name = "%s"
                    api_secret = "%s"
                    debug_level = 3
                    debug_timestamps = true
                    session_timeout = 60
                    reclaim_session_timeout = 10
                    candidates_timeout = 45
                    hide_dependencies = true
                }
                media: {
                    rtp_port_range = "%d-%d"
                    ipv6 = false
                }
                nat: {
                    full_trickle = true
                    ice_enforce_list = "%s"
                }
                plugins: { disable = "%s" }
                transports: { disable = "%s" }
                loggers: { disable = "%s" }
                events: { broadcast = false }
                """.formatted(
                        directory,
                        libraries.resolve("plugins"),
                        libraries.resolve("transports"),
                        libraries.resolve("events"),
                        libraries.resolve("loggers"),
                        name,
                        apiSecret,
                        firstMediaPort,
                        lastMediaPort,
                        mediaAddress,
                        allBut(BRIDGE, libraries.resolve("plugins")),
                        allBut(TRANSPORT, libraries.resolve("transports")),
                        allBut("", libraries.resolve("loggers")));
    }

    private String webSockets() {
        return """
                general: {
                    json = "compact"
                    ws = true
                    ws_port = %d
                    ws_ip = "127.0.0.1"
                    wss = false
                    pingpong_trigger = 30
                    pingpong_timeout = 10
                    ws_acl = "127."
                }
                admin: {
                    admin_ws = false
                    admin_wss = false
                }
                """.formatted(port);
    }

    private String audioBridge() {
        return """
                general: {
                    admin_key = "%s"
                    string_ids = true
                    local_ip = "127.0.0.1"
                    lock_rtp_forward = true
                    lock_play_file = true
                }
                """.formatted(adminKey);
    }

    private static String allBut(String one, Path directory) throws IOException {
        if (!Files.isDirectory(directory)) return "";
        try (Stream<Path> files = Files.list(directory)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".so") && !file.equals(one))
                    .sorted()
                    .toList();
            return String.join(",", names);
        }
    }

    /** Where the package of this system put plugins and transports: {@code /usr/lib/x86_64-linux-gnu/janus}; empty: no Janus here that we can use. */
    public static Optional<Path> libraries() {
        for (String place : LIBRARIES) {
            List<Path> candidates = new ArrayList<>(List.of(Path.of(place, "janus")));
            try (Stream<Path> inside = Files.list(Path.of(place))) {
                inside.map(directory -> directory.resolve("janus")).forEach(candidates::add);
            } catch (IOException _) {
                continue;
            }
            for (Path candidate : candidates)
                if (Files.exists(candidate.resolve("plugins").resolve(BRIDGE))
                        && Files.exists(candidate.resolve("transports").resolve(TRANSPORT)))
                    return Optional.of(candidate);
        }
        return Optional.empty();
    }

    /** An IPv4 address of this machine that is up and not loopback: the first in the system's order; empty: there is none. */
    public static Optional<String> anyMediaAddress() {
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (!each.isUp() || each.isLoopback()) continue;
                for (InetAddress address : Collections.list(each.getInetAddresses()))
                    if (address instanceof Inet4Address) return Optional.of(address.getHostAddress());
            }
            return Optional.empty();
        } catch (SocketException _) {
            return Optional.empty();
        }
    }
}
