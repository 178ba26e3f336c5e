package earshot.server.config;

import java.nio.file.Path;
import java.util.Optional;

/** Where development gets the secrets that nobody gave. */
@FunctionalInterface
public interface DevelopmentSecrets {
    /**
     * The same for the same name, for as long as the data directory lives; so that tokens go on to count after a restart.
     *
     * @param data empty: for as long as this object lives
     */
    String secret(Optional<Path> data, String name);

    /** Whether what is made up is kept, because a server begins; a command that only looks writes nothing. */
    default boolean keeps() {
        return false;
    }
}
