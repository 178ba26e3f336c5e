package earshot.gateway;

import earshot.dialect.HttpRequest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fuzz target: any bytes that a client may send before its upgrade. Each head is good or has a status; in one piece and in pieces they are the same.
 * The first byte says how large the pieces are.
 */
public final class HttpFuzz {
    private static final Peer PEER = new Peer("127.0.0.1", true, true);

    private static final int MAX_PIECES = 24;

    private HttpFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 1) return;
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        int piece = Math.max(1 + (input[0] & 0xFF), bytes.length / MAX_PIECES);
        List<String> whole = read(bytes, Math.max(1, bytes.length));
        List<String> parts = read(bytes, piece);
        if (!whole.equals(parts))
            throw new AssertionError("in one piece " + whole + ", in pieces of " + piece + " " + parts);
    }

    /** Heads up to the first bad one, after which a connection is closed. */
    private static List<String> read(byte[] bytes, int piece) {
        List<String> heads = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel(new HttpInput(GatewayConfig.Http.DEFAULT, _ -> true));
        boolean good = true;
        for (int at = 0; at < bytes.length && good; at += piece) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, Math.min(piece, bytes.length - at)));
            for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
                if (good && next instanceof io.netty.handler.codec.http.HttpRequest request)
                    good = head(request, heads);
                ReferenceCountUtil.release(next);
            }
        }
        channel.finishAndReleaseAll();
        return heads;
    }

    private static boolean head(io.netty.handler.codec.http.HttpRequest request, List<String> heads) {
        switch (HttpHead.read(request, GatewayConfig.Http.DEFAULT)) {
            case HttpHead.Read.Bad bad -> {
                if (bad.status() < 400 || bad.status() > 505) throw new AssertionError("status " + bad.status());
                heads.add("bad " + bad.status());
                return false;
            }
            case HttpHead.Read.Good good -> {
                heads.add(described(good.head()));
                return true;
            }
        }
    }

    private static String described(HttpHead head) {
        HttpRequest request = head.request(new byte[0], PEER);
        return head.isUpgrade() + " " + head.keepAlive() + " " + head.hasBody() + " " + head.expects() + " "
                + head.expectsContinue() + " " + head.tokens("sec-websocket-protocol") + " " + head.tokens("connection")
                + " " + request.path() + " " + request.query() + " " + request.remote();
    }
}
