package earshot.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;

/** Where a server of a configuration listens. */
public record Listening(NetworkSettings network, TlsSettings tls) {
    /** Looks at nothing else: secrets may be missing. Throws {@link ConfigProblems} for what cannot be read at all. */
    public static Listening read(Sources sources) {
        Values values = Values.read(ServerConfig.SETTINGS, sources);
        return new Listening(
                NetworkSettings.from(values, new ArrayList<>()), TlsSettings.from(values, new ArrayList<>()));
    }

    /**
     * How a program on the same machine reaches it: {@code http://127.0.0.1:9001}, {@code https://…} when nothing else is spoken, or {@code unix:}
     * and a path. Empty when the system chooses the port.
     */
    public Optional<String> fromHere() {
        if (network.tcp()) {
            boolean secure = tls.isOn() && tls.port().isEmpty();
            return at(secure ? "https" : "http", OptionalInt.of(network.port()));
        }
        Optional<String> secure = at("https", tls.port());
        return secure.isPresent()
                ? secure
                : network.unixSocket().map(Path::toString).map("unix:"::concat);
    }

    private Optional<String> at(String scheme, OptionalInt port) {
        if (port.orElse(0) == 0) return Optional.empty();
        return Optional.of(scheme + "://" + near() + ":" + port.getAsInt());
    }

    private String near() {
        String host = network.host();
        if (host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]")) return "127.0.0.1";
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
