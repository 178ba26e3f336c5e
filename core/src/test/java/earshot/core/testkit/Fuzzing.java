package earshot.core.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Plays a fuzz target in a build: every saved input, and random changes of them. A target is a class with a method
 * {@code fuzzerTestOneInput(byte[])} that throws when something is wrong; {@code scripts/fuzz} plays it for as long as wanted, led by coverage, and
 * what it finds becomes a saved input.
 */
public final class Fuzzing {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 100_000 : 1_000;
    private static final long ENOUGH_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long MAX_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int MAX_BYTES = 8 << 10;

    private Fuzzing() {}

    /** What is fuzzed. */
    @FunctionalInterface
    public interface Target {
        void play(byte[] input);
    }

    /**
     * Fails with the input that broke something, in hexadecimal, or that took longer than five seconds. Ends after its rounds or a minute.
     *
     * @param name the folder below {@code src/test/resources/fuzz}, each file an input
     */
    public static void playSavedAndChanged(String name, Target target) {
        List<byte[]> saved = saved(name);
        for (byte[] input : saved) play(target, input, "saved");
        long seed = Seeds.first();
        Random random = new Random(seed);
        List<byte[]> pool = new ArrayList<>(saved);
        long end = System.nanoTime() + ENOUGH_NANOS;
        for (int i = 0; i < ROUNDS && System.nanoTime() < end; i++) {
            byte[] input = changed(pool.get(random.nextInt(pool.size())), pool, random);
            play(target, input, "seed " + seed + ", input " + i);
            // Changes of changes, but never far from the saved ones for long.
            if (pool.size() < saved.size() + 50) pool.add(input);
            else if (random.nextInt(10) == 0) pool.set(saved.size() + random.nextInt(50), input);
        }
    }

    private static List<byte[]> saved(String name) {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz", name))) {
            List<byte[]> all = new ArrayList<>();
            for (Path file : files.sorted().toList()) all.add(Files.readAllBytes(file));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void play(Target target, byte[] input, String which) {
        long started = System.nanoTime();
        try {
            target.play(input.clone());
        } catch (RuntimeException | Error e) {
            throw new AssertionError(which + ": " + hex(input) + ": " + e, e);
        }
        if (System.nanoTime() - started > MAX_NANOS)
            throw new AssertionError(which + ": takes too long: " + hex(input));
    }

    private static String hex(byte[] input) {
        return HexFormat.of().formatHex(input);
    }

    private static byte[] changed(byte[] from, List<byte[]> pool, Random random) {
        byte[] bytes = from;
        for (int i = 1 + random.nextInt(4); i > 0; i--) bytes = once(bytes, pool, random);
        return bytes.length > MAX_BYTES ? Arrays.copyOf(bytes, MAX_BYTES) : bytes;
    }

    private static byte[] once(byte[] bytes, List<byte[]> pool, Random random) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + 1 + random.nextInt(8));
        byte[] other = pool.get(random.nextInt(pool.size()));
        int from = random.nextInt(other.length + 1);
        return switch (random.nextInt(7)) {
            case 0 -> spliced(bytes, at, to, new byte[] {(byte) random.nextInt(256)});
            case 1 -> spliced(bytes, at, to, new byte[0]);
            case 2 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(other, from, Math.min(other.length, from + 16)));
            case 4 -> spliced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
            case 5 -> flipped(bytes, random);
            default -> repeated(bytes, at, to, 1 << random.nextInt(10));
        };
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        if (bytes.length == 0) return bytes;
        byte[] out = bytes.clone();
        out[random.nextInt(out.length)] ^= (byte) (1 << random.nextInt(8));
        return out;
    }

    private static byte[] repeated(byte[] bytes, int from, int to, int times) {
        byte[] part = Arrays.copyOfRange(bytes, from, to);
        byte[] many = new byte[part.length * times];
        for (int i = 0; i < times; i++) System.arraycopy(part, 0, many, i * part.length, part.length);
        return spliced(bytes, from, to, many);
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] with) {
        byte[] out = Arrays.copyOf(bytes, from + with.length + bytes.length - to);
        System.arraycopy(with, 0, out, from, with.length);
        System.arraycopy(bytes, to, out, from + with.length, bytes.length - to);
        return out;
    }
}
