package earshot.server.cli;

import earshot.server.config.ServerConfig;
import java.time.Duration;

/** Durations on the command line, written as in the configuration. */
final class Durations {
    private Durations() {}

    static Duration parse(String flag, String text) {
        return ServerConfig.duration(text)
                .orElseThrow(() ->
                        new CommandFailure(flag + ": " + text + " is no duration (write 500ms, 10s, 5m, 2h or 7d)"));
    }
}
