package earshot.server.cli;

import earshot.server.EarshotServer;
import earshot.server.page.Demo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients of a development server that come, talk and leave: rooms of some size in both dialects, answers to what is heard, the pages that an
 * operator opens. Every room has one speaker who says the next thing when it hears itself. Used by one thread.
 */
final class Rehearsal implements AutoCloseable {
    private static final int CHANNELS = 6;
    private static final int LISTENERS = 12;
    private static final int COMES_AND_GOES_MILLIS = 20;
    private static final String WORDS =
            "{\"type\":\"message\",\"content\":\"" + "what one says to the others, ".repeat(4) + "\"}";

    private static final String TYPING = "{\"type\":\"typing\",\"isTyping\":true}";

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<WebSocket> sockets = new ArrayList<>();
    private final AtomicLong heard = new AtomicLong();
    private final EarshotServer server;
    private final Demo demo;
    private final String key;

    Rehearsal(EarshotServer server, String key) {
        this.server = server;
        this.key = key;
        this.demo =
                server.demo().orElseThrow(() -> new IllegalStateException("a rehearsal needs a development server"));
    }

    void talk(long millis) {
        for (int i = 0; i < CHANNELS * LISTENERS; i++) {
            int which = i;
            come(() -> chatter(which, "rehearsal-" + which % CHANNELS, which < CHANNELS))
                    .ifPresent(sockets::add);
        }
        for (int i = 0; i < LISTENERS; i++) {
            int which = i;
            come(() -> commenter(which)).ifPresent(sockets::add);
        }
        long end = System.nanoTime() + millis * 1_000_000;
        for (int i = 0; System.nanoTime() < end; i++) {
            comeAndGo(i);
            if (i % 10 == 0) look();
            comment(i);
            pause();
        }
    }

    private void comeAndGo(int i) {
        come(() -> i % 2 == 0 ? chatter(i, "rehearsal-" + i % CHANNELS, false) : commenter(i))
                .ifPresent(one -> {
                    var _ = one.sendClose(WebSocket.NORMAL_CLOSURE, "");
                });
    }

    /**
     * The JDK's client now and then fails with "Invalid UTF-8" on well-formed ASCII, when a long first message comes in one read with the answer to
     * the upgrade. A rehearsal goes on with the others.
     */
    private static Optional<WebSocket> come(Supplier<WebSocket> client) {
        try {
            return Optional.of(client.get());
        } catch (CompletionException e) {
            return Optional.empty();
        }
    }

    private WebSocket chatter(int i, String channel, boolean speaks) {
        Demo.Person person = demo.chatters().get(i % demo.chatters().size());
        WebSocket socket = http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + person.token())
                .buildAsync(address("/channel/" + channel + "/websocket"), new Ears(speaks))
                .join();
        // A speaker begins by itself: who sends from two threads at once is refused by the client.
        return speaks ? socket : socket.sendText(TYPING, true).join();
    }

    private WebSocket commenter(int i) {
        Demo.Person person = demo.commenters().get(i % demo.commenters().size());
        String path = "/ws?project_id=" + demo.projectId() + "&token=" + person.token();
        WebSocket socket = http.newWebSocketBuilder()
                .buildAsync(address(path), new Ears(false))
                .join();
        socket.sendText(call("subscribe"), true)
                .thenCompose(open -> open.sendText(call("typing"), true))
                .join();
        return socket;
    }

    private String call(String method) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":{\"page_id\":\"" + demo.pageId() + "\"}}";
    }

    private void comment(int i) {
        Demo.Person person = demo.commenters().get(i % demo.commenters().size());
        String body = "{\"author\":{\"id\":\"" + person.id() + "\",\"name\":\"" + person.name()
                + "\"},\"text\":\"number " + i + "\"}";
        send(HttpRequest.newBuilder(URI.create(base() + "v1/threadkit/rooms/" + demo.pageId() + "/messages"))
                .header("Authorization", "Bearer " + key)
                .POST(BodyPublishers.ofString(body)));
    }

    private void look() {
        for (String page : List.of("", "health", "stats", "metrics", "demo/channel.html", "v1/rooms"))
            send(HttpRequest.newBuilder(URI.create(base() + page)).header("Authorization", "Bearer " + key));
    }

    private void send(HttpRequest.Builder request) {
        try {
            http.send(request.build(), BodyHandlers.discarding());
        } catch (IOException e) {
            throw new CommandFailure("the rehearsal's server does not answer: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(COMES_AND_GOES_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private String base() {
        return server.addresses().getFirst();
    }

    private URI address(String path) {
        return URI.create("ws" + base().substring("http".length(), base().length() - 1) + path);
    }

    /** Frames that clients were given so far. */
    long heard() {
        return heard.get();
    }

    @Override
    public void close() {
        for (WebSocket socket : sockets) socket.abort();
        http.close();
    }

    /** Listens; a speaker begins when it hears the first thing, and goes on when it hears what it said. */
    private final class Ears implements WebSocket.Listener {
        private final boolean speaks;
        private boolean begun;
        private CompletableFuture<?> said = CompletableFuture.completedFuture(null);

        Ears(boolean speaks) {
            this.speaks = speaks;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.incrementAndGet();
            if (speaks && last && (!begun || text.length() > WORDS.length())) {
                begun = true;
                said = said.thenCompose(_ -> socket.sendText(WORDS, true));
            }
            socket.request(1);
            return null;
        }
    }
}
