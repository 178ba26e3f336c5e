package earshot.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The name of a node that nobody named: made up, and kept in the data directory, so that a node which is killed and started again on the same disk is the
 * same node. Blocks.
 */
final class NodeIdFile {
    static final String NAME = "node-id";

    private static final Pattern SENSIBLE = Pattern.compile("[A-Za-z0-9._:-]{1,100}");

    private NodeIdFile() {}

    /**
     * @param data empty: nothing is kept
     * @param keeps whether a name that is made up now is written down
     */
    static String read(Optional<Path> data, boolean keeps) {
        String fresh = fresh();
        if (data.isEmpty()) return fresh;
        Path file = data.get().resolve(NAME);
        try {
            if (Files.exists(file)) {
                String kept = Files.readString(file).strip();
                if (SENSIBLE.matcher(kept).matches()) return kept;
            }
            if (!keeps) return fresh;
            Files.createDirectories(data.get());
            Files.writeString(file, fresh + "\n");
        } catch (IOException _) {
            // A directory that cannot be used is somebody else's to complain of: this is a name like any other.
        }
        return fresh;
    }

    /** As seed 002 makes it: {@code ws-} and nine of base 36. */
    private static String fresh() {
        long number = ThreadLocalRandom.current().nextLong(1L << 46);
        return "ws-" + String.format("%9s", Long.toString(number, 36)).replace(' ', '0');
    }
}
