package earshot.product.kaiku.http;

import earshot.product.kaiku.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id (RFC 9106) on two threads of its own, {@code kaiku-password-N}; at most {@value #MAX_WAITING} requests wait, more are refused with 503. One hash takes
 * 19 MiB and some 30 ms: the parameters of the original, which are those that OWASP's password storage cheat sheet asks for at least. Hashes of the original,
 * and with other parameters of Argon2id, are understood.
 */
public final class Argon2Passwords implements Passwords, AutoCloseable {
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 100;
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    /** A hash from elsewhere that wants more of this machine is not computed. */
    private static final int MAX_MEMORY_KIB = 1 << 18;

    private static final int MAX_PASSES = 16;
    private static final int MAX_LANES = 8;

    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private final SecureRandom random = new SecureRandom();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().daemon().name("kaiku-password-", 0).factory());

    public Argon2Passwords() {
        threads.allowCoreThreadTimeOut(true);
    }

    private record Parameters(int memoryKib, int passes, int lanes) {
        static final Parameters OURS = new Parameters(MEMORY_KIB, PASSES, LANES);
    }

    private record Hash(Parameters parameters, byte[] salt, byte[] bytes) {}

    @Override
    public CompletionStage<String> hash(String password) {
        return later(() -> {
            byte[] salt = new byte[SALT_BYTES];
            random.nextBytes(salt);
            return text(salt, computed(password, Parameters.OURS, salt, HASH_BYTES));
        });
    }

    @Override
    public CompletionStage<Boolean> matches(String password, String hash) {
        return later(() -> {
            Hash known = read(hash);
            if (known == null) {
                computed(password, Parameters.OURS, new byte[SALT_BYTES], HASH_BYTES);
                return false;
            }
            byte[] own = computed(password, known.parameters, known.salt, known.bytes.length);
            return MessageDigest.isEqual(own, known.bytes);
        });
    }

    private <T> CompletionStage<T> later(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, threads);
        } catch (RejectedExecutionException _) {
            return CompletableFuture.failedStage(
                    new Refusal(503, "service_unavailable", "Too many log in at once; try again in a moment."));
        }
    }

    private static byte[] computed(String password, Parameters parameters, byte[] salt, int length) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(parameters.memoryKib)
                .withIterations(parameters.passes)
                .withParallelism(parameters.lanes)
                .withSalt(salt)
                .build());
        byte[] bytes = new byte[length];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), bytes);
        return bytes;
    }

    private static String text(byte[] salt, byte[] hash) {
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=" + LANES + "$" + encoder.encodeToString(salt)
                + "$" + encoder.encodeToString(hash);
    }

    /** Null: no hash that can be computed here. */
    private static @Nullable Hash read(String text) {
        Matcher matcher = PHC.matcher(text);
        if (!matcher.matches()) return null;
        var parameters = new Parameters(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
        boolean sane = parameters.memoryKib >= 8 * Math.max(1, parameters.lanes)
                && parameters.memoryKib <= MAX_MEMORY_KIB
                && parameters.passes >= 1
                && parameters.passes <= MAX_PASSES
                && parameters.lanes >= 1
                && parameters.lanes <= MAX_LANES;
        if (!sane) return null;
        try {
            Base64.Decoder decoder = Base64.getDecoder();
            return new Hash(parameters, decoder.decode(matcher.group(4)), decoder.decode(matcher.group(5)));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Whether a text is a hash that can be computed here, for who brings one. */
    public static boolean isHash(String text) {
        return read(text) != null;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
