package earshot.engine.janus;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket to Janus. Confined to the engine's thread, on which the HTTP client calls it as well. Messages leave one after the other: the JDK's
 * WebSocket takes the next only when it is done with the last ({@link WebSocket#sendText}).
 */
final class Line implements WebSocket.Listener {
    /** The protocol's name in the handshake; without it Janus hangs up. */
    static final String SUBPROTOCOL = "janus-protocol";

    private static final int MAX_MESSAGE_CHARS = 1 << 20;
    private static final int MAX_WAITING = 20_000;

    /** Hears what the line brings. */
    interface Ear {
        void onText(Line from, String text);

        /** Once. */
        void onEnd(Line line, String why);
    }

    private final Executor thread;
    private final Ear ear;
    private final Queue<String> waiting = new ArrayDeque<>();
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;
    private boolean sending;
    private boolean ended;

    Line(Executor thread, Ear ear) {
        this.thread = thread;
        this.ear = ear;
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        opened.request(1);
    }

    void send(String text) {
        if (ended) return;
        if (waiting.size() >= MAX_WAITING) {
            end("Janus takes nothing any more");
            return;
        }
        waiting.add(text);
        sendNext();
    }

    private void sendNext() {
        WebSocket open = socket;
        if (open == null || sending || ended) return;
        String next = waiting.poll();
        if (next == null) return;
        sending = true;
        CompletableFuture<?> sent = open.sendText(next, true);
        var _ = sent.whenCompleteAsync(
                (_, failure) -> {
                    sending = false;
                    if (failure == null) sendNext();
                    else end("cannot be written to");
                },
                thread);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (partial.length() > MAX_MESSAGE_CHARS) {
            end("sent a message that is too large");
            return null;
        }
        if (last) {
            String text = partial.toString();
            partial.setLength(0);
            if (!ended) ear.onText(this, text);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        end("closed the connection, code " + code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end("the connection broke: " + error.getMessage());
    }

    boolean isEnded() {
        return ended;
    }

    /** Ends it, and says so to the ear. */
    void end(String why) {
        if (ended) return;
        close();
        ear.onEnd(this, why);
    }

    /** Ends it without a word to the ear. */
    void close() {
        ended = true;
        waiting.clear();
        if (socket != null) socket.abort();
    }
}
