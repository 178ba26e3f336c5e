package earshot.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What the server says of itself before a run. */
final class HttpPage {
    private static final int WITHIN_MILLIS = 5000;

    private HttpPage() {}

    /**
     * Of {@code /health}; empty when what listens there is no Earshot. Throws {@link IOException} with a sentence when nobody listens.
     *
     * @param command how it was started, if that is known
     */
    static Optional<LoadResult.Server> server(LoadPlan.Target target, String command) throws IOException {
        boolean isOurs = !target.dialect().equals("raw");
        String page = get(target, isOurs ? "/health" : "");
        int body = page.indexOf("\r\n\r\n");
        try {
            JsonNode health = LoadJson.read(body < 0 ? "{}" : page.substring(body + 4), JsonNode.class);
            JsonNode database = health.path("database");
            if (database.isMissingNode())
                return command.isEmpty() ? Optional.empty() : Optional.of(new LoadResult.Server("", "", "", command));
            String kind = database.path("type").asString("");
            String durability = database.path("durability").asString("");
            String history = kind.equals(durability) ? kind : kind + " " + durability;
            return Optional.of(new LoadResult.Server(
                    health.path("version").asString(""),
                    health.path("profile").asString(""),
                    history.strip(),
                    command));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** @param path empty: only looks whether somebody listens */
    private static String get(LoadPlan.Target target, String path) throws IOException {
        String host = target.url().getHost();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, target.port()), WITHIN_MILLIS);
            if (path.isEmpty()) return "";
            socket.setSoTimeout(WITHIN_MILLIS);
            socket.getOutputStream()
                    .write(Literal.of("GET " + path + " HTTP/1.1\r\nHost: " + host + ":" + target.port()
                            + "\r\nConnection: close\r\n\r\n"));
            return new String(socket.getInputStream().readNBytes(1 << 16), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            return "";
        } catch (IOException e) {
            throw new IOException(
                    "nobody answers at " + host + ":" + target.port() + " (" + UpgradeRequest.inWords(e)
                            + "); start a server with ./earshot serve, or let --serve start one",
                    e);
        }
    }
}
