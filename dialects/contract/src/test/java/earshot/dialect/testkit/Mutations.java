package earshot.dialect.testkit;

import earshot.dialect.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Inputs that no client would send: noise, and valid ones with something wrong. */
final class Mutations {
    private static final List<String> FRAGMENTS = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            "\\u",
            "\\ud800",
            ":",
            ",",
            "null",
            "true",
            "-1e999",
            "0",
            "\"type\":",
            "[[[[[[[[",
            "\u0000",
            "\ufeff",
            "{}",
            "\u2028");

    private final Random random;
    private final List<Frame> valid;

    Mutations(Random random, List<Frame> valid) {
        this.random = random;
        this.valid = valid;
    }

    Frame next() {
        return switch (random.nextInt(6)) {
            case 0 -> noise();
            case 1, 2 -> valid();
            default -> mutated(valid());
        };
    }

    private Frame valid() {
        return valid.get(random.nextInt(valid.size()));
    }

    private Frame noise() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return random.nextBoolean() ? Frame.binary(bytes) : text(bytes);
    }

    private Frame mutated(Frame frame) {
        byte[] bytes = frame.bytes().clone();
        for (int i = 0; i <= random.nextInt(3); i++) bytes = once(bytes);
        if (random.nextInt(10) == 0) return Frame.binary(bytes);
        return frame.kind() == Frame.Kind.TEXT ? text(bytes) : Frame.binary(bytes);
    }

    private byte[] once(byte[] bytes) {
        if (bytes.length == 0) return bytes;
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> splice(bytes, at, at + 1, new byte[] {(byte) random.nextInt(256)});
            case 2 -> splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), new byte[0]);
            case 3 ->
                splice(
                        bytes,
                        at,
                        at,
                        FRAGMENTS.get(random.nextInt(FRAGMENTS.size())).getBytes(StandardCharsets.UTF_8));
            case 4 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, 0, random.nextInt(bytes.length)));
            default ->
                splice(bytes, at, at, "[".repeat(1 + random.nextInt(2000)).getBytes(StandardCharsets.UTF_8));
        };
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
        byte[] out = Arrays.copyOf(bytes, from + with.length + bytes.length - to);
        System.arraycopy(with, 0, out, from, with.length);
        System.arraycopy(bytes, to, out, from + with.length, bytes.length - to);
        return out;
    }

    /** The gateway lets only valid UTF-8 through as text, so what is not gets its replacement characters here. */
    private static Frame text(byte[] bytes) {
        return Frame.text(new String(bytes, StandardCharsets.UTF_8));
    }
}
