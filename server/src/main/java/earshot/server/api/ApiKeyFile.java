package earshot.server.api;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Keys in {@code api-keys.json} of the data directory: hashes, names and scopes, no key. The command line writes it while a server runs; the
 * server sees a change within two seconds ({@link #refresh}). Thread-safe. Writers of several processes take turns by a lock file.
 */
public final class ApiKeyFile implements ApiKeys {
    public static final String NAME = "api-keys.json";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "ek_";

    private final Path file;
    private volatile List<ApiKey> keys = List.of();
    private volatile @Nullable FileTime readAt;

    private ApiKeyFile(Path file) {
        this.file = file;
    }

    /** Reads what is there. Throws {@link ApiKeysUnusable}. */
    public static ApiKeyFile in(Path data) {
        ApiKeyFile opened = new ApiKeyFile(data.resolve(NAME));
        opened.refresh();
        return opened;
    }

    @Override
    public List<ApiKey> all() {
        return keys;
    }

    /** Reads the file again when it changed. Blocks shortly: not for event loops. Throws {@link ApiKeysUnusable}. */
    public void refresh() {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (changed.equals(readAt)) return;
            keys = parsed(Files.readString(file));
            readAt = changed;
        } catch (NoSuchFileException none) {
            keys = List.of();
            readAt = null;
        } catch (IOException e) {
            throw new ApiKeysUnusable(file + ": cannot be read");
        }
    }

    private List<ApiKey> parsed(String text) {
        try {
            List<ApiKey> all = new ArrayList<>();
            for (JsonNode entry : JSON.readTree(text)) all.add(key(entry));
            return List.copyOf(all);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new ApiKeysUnusable(file + ": is no list of API keys; move it away to begin a new one");
        }
    }

    private static ApiKey key(JsonNode entry) {
        Set<Scope> scopes = new LinkedHashSet<>();
        for (JsonNode word : entry.path("scopes"))
            scopes.add(Scope.of(word.asString()).orElseThrow(IllegalArgumentException::new));
        return new ApiKey(
                entry.path("id").asString(),
                entry.path("name").asString(),
                scopes,
                entry.path("sha256").asString(),
                entry.path("created").asLong());
    }

    /** Adds a key; the answer is the only place where it is seen. */
    public String create(String name, Set<Scope> scopes, String random, long nowMillis) {
        String key = PREFIX + random;
        String hash = ApiKey.hashOf(key);
        ApiKey added = new ApiKey(hash.substring(0, 8), name, scopes, hash, nowMillis);
        change(all -> {
            List<ApiKey> more = new ArrayList<>(all);
            more.add(added);
            return more;
        });
        return key;
    }

    /** Takes back the key with this id, or all with this name. The answer is those that were there. */
    public List<ApiKey> revoke(String idOrName) {
        List<ApiKey> gone = new ArrayList<>();
        change(all -> {
            for (ApiKey key : all) if (key.id().equals(idOrName) || key.name().equals(idOrName)) gone.add(key);
            return all.stream().filter(k -> !gone.contains(k)).toList();
        });
        return gone;
    }

    public Optional<ApiKey> named(String name) {
        return keys.stream().filter(k -> k.name().equals(name)).findFirst();
    }

    private synchronized void change(UnaryOperator<List<ApiKey>> how) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path lock = file.resolveSibling(NAME + ".lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                readAt = null;
                refresh();
                write(how.apply(keys));
                readAt = null;
                refresh();
            }
        } catch (IOException e) {
            throw new ApiKeysUnusable(file + ": cannot be written");
        }
    }

    /** Readable by its owner only, and never half written. */
    private void write(List<ApiKey> all) throws IOException {
        Path fresh = file.resolveSibling(NAME + ".new");
        Files.deleteIfExists(fresh);
        if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix"))
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, printed(all), StandardCharsets.UTF_8);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String printed(List<ApiKey> all) {
        ArrayNode list = JSON.createArrayNode();
        for (ApiKey key : all) {
            var entry = list.addObject()
                    .put("id", key.id())
                    .put("name", key.name())
                    .put("sha256", key.hash())
                    .put("created", key.createdMillis());
            var scopes = entry.putArray("scopes");
            key.scopes().stream().sorted().forEach(s -> scopes.add(s.word()));
        }
        return list.toPrettyString() + "\n";
    }
}
