package earshot.server.log;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code java.util.logging} ends in this process: Netty, Lettuce and drivers of databases speak through it. What they say is written as everything else
 * is, so that who reads lines of JSON reads nothing but that, and only when something is wrong. Thread-safe.
 */
public final class LibraryLog extends Handler {
    private final SimpleFormatter words = new SimpleFormatter();

    private LibraryLog() {}

    /** From now on, for the whole process. */
    public static void join() {
        Logger root = LogManager.getLogManager().getLogger("");
        if (root == null) return;
        for (Handler before : root.getHandlers()) root.removeHandler(before);
        root.addHandler(new LibraryLog());
        root.setLevel(Level.WARNING);
    }

    @Override
    public void publish(@Nullable LogRecord said) {
        if (said == null || said.getLevel().intValue() < Level.WARNING.intValue()) return;
        System.Logger.Level level = said.getLevel().intValue() >= Level.SEVERE.intValue()
                ? System.Logger.Level.ERROR
                : System.Logger.Level.WARNING;
        if (!LogLines.isWanted(level)) return;
        String logger = said.getLoggerName() == null ? "library" : said.getLoggerName();
        LogLines.write(logger, level, words.formatMessage(said), said.getThrown());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
