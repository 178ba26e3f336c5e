package earshot.gateway;

import earshot.dialect.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an upgrade request offers, and the 101 that answers it (RFC 6455 section 4.2). Confined to its connection's loop. */
final class WebSocketOffer {
    private static final byte[] MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 16;

    private final HttpHead head;
    private final List<String> subprotocols;
    private ExtensionOffers.@Nullable Deflate deflate;

    WebSocketOffer(HttpHead head) {
        this.head = head;
        this.subprotocols = List.copyOf(head.tokens("sec-websocket-protocol"));
    }

    List<String> subprotocols() {
        return subprotocols;
    }

    /** See {@link Target#legal}. */
    boolean isLegalPath() {
        return head.target().legal();
    }

    /** Why it is no upgrade; null: it is one. */
    @Nullable
    HttpResponse illegal() {
        if (!head.method().equals("GET")) return HttpAnswer.bare(405).with("allow", "GET");
        if (!head.http11() || head.hasBody() || !head.hasToken("connection", "upgrade")) return bad();
        List<String> version = head.headers().getOrDefault("sec-websocket-version", List.of());
        if (version.size() != 1 || !version.get(0).equals("13")) return required();
        return key().isEmpty() ? bad() : null;
    }

    static HttpResponse required() {
        return HttpAnswer.bare(426).with("upgrade", "websocket").with("sec-websocket-version", "13");
    }

    private static HttpResponse bad() {
        return HttpAnswer.bare(400);
    }

    /** Empty when it is not legal. */
    private String key() {
        List<String> key = head.headers().getOrDefault("sec-websocket-key", List.of());
        return key.size() == 1 && isKey(key.get(0)) ? key.get(0) : "";
    }

    private static boolean isKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Chooses what the client hears of its offers; not null: they were broken, and so is the connection (section 9.1). */
    @Nullable
    HttpResponse negotiate(GatewayConfig.Compression compression, String dialect) {
        if (!compression.isOfferedTo(dialect)) return null;
        ExtensionOffers offers =
                ExtensionOffers.parse(head.headers().getOrDefault("sec-websocket-extensions", List.of()));
        if (offers == null) return bad();
        deflate = offers.deflate();
        return null;
    }

    /** In which the client wants its messages. */
    WireForm form() {
        return deflate == null ? WireForm.PLAIN : deflate.form();
    }

    /**
     * The 101.
     *
     * @param subprotocol null: none. One that was not offered would make the client fail the connection (section 4.1): then none is named
     * @param more further header fields, whole lines; may be empty
     */
    byte[] answer(@Nullable String subprotocol, String more) {
        var text = new StringBuilder(160);
        HttpAnswer.statusLine(text, 101);
        text.append("upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ")
                .append(accept(key()))
                .append("\r\n");
        if (subprotocol != null && subprotocols.contains(subprotocol)) {
            text.append("sec-websocket-protocol: ").append(subprotocol).append("\r\n");
        }
        if (deflate != null) {
            text.append("sec-websocket-extensions: ").append(deflate.answer()).append("\r\n");
        }
        return text.append(more).append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(key.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(sha1.digest(MAGIC));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
