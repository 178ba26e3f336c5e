package earshot.server.cli;

import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** One watched room over any number of connections: after a break it goes on where it was. Runs on the caller's thread. */
final class RoomWatch {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final long FIRST_WAIT_MILLIS = 500;
    private static final long LONGEST_WAIT_MILLIS = 15_000;
    private static final int KICKED = 4403;

    private final URI address;
    private final String key;
    private final Authority authority;
    private final Consumer<String> lines;
    private final PrintWriter notes;
    private volatile @Nullable String position;
    private volatile boolean heardSomething;

    /**
     * @param notes what is said about the connection
     */
    RoomWatch(URI address, String key, Authority authority, Consumer<String> lines, PrintWriter notes) {
        this.address = address;
        this.key = key;
        this.authority = authority;
        this.lines = lines;
        this.notes = notes;
    }

    /** Until the server sends us away for good, or the process ends. Throws {@link CommandFailure}. */
    void run() {
        long wait = FIRST_WAIT_MILLIS;
        while (true) {
            heardSomething = false;
            watchOnce();
            wait = heardSomething ? FIRST_WAIT_MILLIS : Math.min(wait * 2, LONGEST_WAIT_MILLIS);
            note("connection lost, trying again");
            if (!pause(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1))) return;
        }
    }

    private void watchOnce() {
        var ended = new CompletableFuture<Integer>();
        try (HttpClient http = authority.client(CONNECT_WITHIN)) {
            try {
                http.newWebSocketBuilder()
                        .connectTimeout(CONNECT_WITHIN)
                        .header("Authorization", "Bearer " + key)
                        .buildAsync(resuming(), new Ear(ended))
                        .join();
                if (ended.join() == KICKED) throw new CommandFailure("the server ended the watch");
            } catch (CompletionException e) {
                explain(e.getCause());
            } finally {
                http.shutdownNow();
            }
        }
    }

    private URI resuming() {
        String from = position;
        return from == null ? address : URI.create(address + "&after=" + from);
    }

    private void explain(@Nullable Throwable failure) {
        if (failure instanceof WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            if (status == 401) throw new CommandFailure("the server does not know this key; give another with --key");
            if (status == 403) throw new CommandFailure("this key lacks the scope messages:read");
            if (status == 400)
                throw new CommandFailure("the server does not know such a room; is --realm right?" + hintOfTls());
            if (status == 404) throw new CommandFailure("there is no Earshot at " + address.getAuthority());
            note("the server answers " + status);
        } else if (failure instanceof SSLHandshakeException) {
            throw new CommandFailure(Authority.unbelieved(address.getAuthority()));
        } else if (failure instanceof SSLException) {
            throw new CommandFailure(address.getAuthority() + " does not speak TLS; say http:// instead of https://");
        } else if (failure instanceof ConnectException) {
            note("nobody answers at " + address.getAuthority());
        }
    }

    private String hintOfTls() {
        return address.getScheme().equals("ws") ? " If the server speaks TLS, --server begins with https://" : "";
    }

    private void note(String text) {
        notes.println("-- " + text);
        notes.flush();
    }

    private static boolean pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void onLine(String line) {
        heardSomething = true;
        try {
            JsonNode read = JSON.readTree(line);
            String at = read.path("position").asString("");
            if (!at.isEmpty() && !read.path("past").asBoolean(false)) position = at;
        } catch (JacksonException e) {
            note("a line that is no JSON");
        }
        lines.accept(line);
    }

    /** Puts frames together into lines. */
    private final class Ear implements WebSocket.Listener {
        private final CompletableFuture<Integer> ended;
        private final StringBuilder partial = new StringBuilder();

        Ear(CompletableFuture<Integer> ended) {
            this.ended = ended;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                onLine(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            ended.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ended.complete(1006);
        }
    }
}
