package earshot.server.token;

import earshot.server.config.DevelopmentSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The secrets that development makes, in {@code development-secrets} of the data directory, so that tokens and keys still count after a restart.
 * Readable by its owner only; never used in production. Not thread-safe.
 */
public final class SecretFile implements DevelopmentSecrets {
    private static final String NAME = "development-secrets";

    private final boolean writes;
    private final Map<String, String> known = new LinkedHashMap<>();
    private final Set<String> made = new HashSet<>();
    private boolean isRead;

    private SecretFile(boolean writes) {
        this.writes = writes;
    }

    /** Makes what is missing and keeps it. */
    public static SecretFile keeping() {
        return new SecretFile(true);
    }

    /** Reads what is there and writes nothing. */
    public static SecretFile readingOnly() {
        return new SecretFile(false);
    }

    /** Throws {@link KeysUnusable}. */
    @Override
    public String secret(Optional<Path> data, String name) {
        if (!isRead) data.ifPresent(this::read);
        isRead = true;
        String secret = known.get(name);
        if (secret != null) return secret;
        secret = Secrets.fresh();
        known.put(name, secret);
        made.add(name);
        if (writes) data.ifPresent(this::write);
        return secret;
    }

    /** Whether the secret was not there and nobody else knows it, unless this writes. */
    public boolean hasMade(String name) {
        return made.contains(name);
    }

    @Override
    public boolean keeps() {
        return writes;
    }

    private void read(Path data) {
        Path file = data.resolve(NAME);
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0) known.put(line.substring(0, equals), line.substring(equals + 1));
            }
        } catch (NoSuchFileException first) {
            // made by the first secret
        } catch (IOException e) {
            throw new KeysUnusable(file + ": cannot be read");
        }
    }

    private void write(Path data) {
        StringBuilder lines = new StringBuilder();
        known.forEach(
                (name, secret) -> lines.append(name).append('=').append(secret).append('\n'));
        try {
            Files.createDirectories(data);
            Path fresh = data.resolve(NAME + ".new");
            Files.deleteIfExists(fresh);
            if (Files.getFileStore(data).supportsFileAttributeView("posix"))
                Files.createFile(
                        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, lines);
            Files.move(fresh, data.resolve(NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new KeysUnusable(data + ": cannot be written; give another directory with --data, or --data none");
        }
    }
}
