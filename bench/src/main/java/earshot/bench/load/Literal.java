package earshot.bench.load;

import java.nio.charset.StandardCharsets;

/** Bytes that frames are compared with and made of. */
final class Literal {
    private final byte[] bytes;

    Literal(String text) {
        bytes = of(text);
    }

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    boolean isAt(byte[] other, int from, int end) {
        if (end - from < bytes.length) return false;
        for (int i = 0; i < bytes.length; i++) {
            if (other[from + i] != bytes[i]) return false;
        }
        return true;
    }

    /** Head, content and tail as one. */
    static byte[] join(byte[] head, byte[] content, byte[] tail) {
        byte[] all = new byte[head.length + content.length + tail.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        System.arraycopy(tail, 0, all, head.length + content.length, tail.length);
        return all;
    }
}
