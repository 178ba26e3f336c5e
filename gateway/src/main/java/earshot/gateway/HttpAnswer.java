package earshot.gateway;

import earshot.dialect.HttpResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Answers as bytes (RFC 9112): length, date and connection are ours, the rest is the route's. */
final class HttpAnswer {
    private HttpAnswer() {}

    /** Says its status and no more. */
    static HttpResponse bare(int status) {
        return HttpResponse.text(status, reason(status));
    }

    /**
     * @param head the request was HEAD: everything but the body
     * @param close the connection ends with this answer
     */
    static ByteBuf encode(ByteBufAllocator alloc, HttpResponse response, String date, boolean head, boolean close) {
        int status = response.status();
        boolean bodiless = status == 204 || status == 304 || status < 200;
        var text = new StringBuilder(256);
        statusLine(text, status);
        text.append("date: ").append(date).append("\r\n");
        if (!bodiless)
            text.append("content-length: ").append(response.body().length).append("\r\n");
        if (close) text.append("connection: close\r\n");
        for (Map.Entry<String, String> field : response.headers().entrySet())
            field(text, field.getKey(), field.getValue());
        text.append("\r\n");
        byte[] headBytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        boolean withBody = !bodiless && !head;
        ByteBuf out = alloc.directBuffer(headBytes.length + (withBody ? response.body().length : 0));
        out.writeBytes(headBytes);
        if (withBody) out.writeBytes(response.body());
        return out;
    }

    static void statusLine(StringBuilder text, int status) {
        text.append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason(status))
                .append("\r\n");
    }

    private static String reason(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }

    /** What frames the message is ours alone, and a line break in a value would be a second answer: both are left out. */
    private static void field(StringBuilder text, String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean ours = switch (lower) {
            case "content-length", "transfer-encoding", "connection", "date", "keep-alive" -> true;
            default -> false;
        };
        if (ours || !isClean(lower) || !isClean(value)) return;
        text.append(lower).append(": ").append(value).append("\r\n");
    }

    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F) return false;
        }
        return true;
    }
}
