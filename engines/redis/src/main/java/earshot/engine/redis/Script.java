package earshot.engine.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A Lua script of ours, a resource beside the classes. It begins with {@code #!lua} and its flags, looks before it writes, and returns an array.
 *
 * @param sha1 lower-case hexadecimal, as EVALSHA wants it
 */
record Script(String name, byte[] body, byte[] sha1) {
    /**
     * A script, with what it needs of others put after its first line. Throws when there is no {@code name.lua}: a build without its scripts must not
     * start.
     */
    static Script load(String name, String... libraries) {
        String text = resource(name);
        int body = text.indexOf('\n') + 1;
        StringBuilder whole = new StringBuilder(text.substring(0, body));
        for (String library : libraries) whole.append(resource(library));
        return of(name, whole.append(text.substring(body)).toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(name + ".lua"), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    static Script of(String name, byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(body);
            return new Script(name, body, HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    @Override
    public boolean equals(Object o) {
        return this == o;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
