package earshot.server.config;

import java.util.List;

/**
 * Where the server listens.
 *
 * @param port 0: any free one
 * @param loops event loops; 0: one per core
 */
public record NetworkSettings(String host, int port, int loops, List<String> trustedProxies, boolean echo) {
    static final Catalog CATALOG = new Catalog("network", "Where the server listens.");

    static final Setting<String> HOST = CATALOG.setting(
            "host",
            Kinds.TEXT,
            "127.0.0.1",
            "Address to bind. Anything but loopback means production, unless --dev says otherwise.",
            "HOST",
            "WS_HOST");
    static final Setting<Integer> PORT = CATALOG.setting(
            "port",
            Kinds.integer(0, 65_535),
            9001,
            "Port for everything: WebSocket, HTTP, the page. 0 takes any free one.",
            "PORT",
            "WS_PORT");
    static final Setting<Integer> LOOPS = CATALOG.setting(
            "loops",
            Kinds.integer(0, 256),
            0,
            "Event loops (threads that own connections and rooms). 0: one per core.");
    static final Setting<List<String>> TRUSTED_PROXIES = CATALOG.setting(
            "trusted-proxies", Kinds.WORDS, List.of(), "Addresses of proxies whose X-Forwarded-For is believed.");
    static final Setting<Boolean> ECHO = CATALOG.setting(
            "echo", Kinds.SWITCH, false, "Whether /echo sends WebSocket messages back, for conformance suites.");

    static NetworkSettings from(Values values) {
        return new NetworkSettings(
                values.of(HOST), values.of(PORT), values.of(LOOPS), values.of(TRUSTED_PROXIES), values.of(ECHO));
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return isLoopback(host);
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.equals("[::1]") || host.startsWith("127.");
    }
}
