package earshot.server.log;

import java.text.MessageFormat;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** What {@code System.getLogger} gives out in this process. Found by the JVM through {@code META-INF/services}. Thread-safe. */
public final class LineLoggers extends System.LoggerFinder {
    @Override
    public System.Logger getLogger(String name, Module module) {
        return new LineLogger(name);
    }

    private record LineLogger(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        /** The JDK's own loggers are for its makers, unless something is wrong. */
        @Override
        public boolean isLoggable(Level level) {
            boolean ours = name.startsWith("earshot");
            return (ours || level.getSeverity() >= Level.WARNING.getSeverity()) && LogLines.isWanted(level);
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) LogLines.write(name, level, localized(bundle, message), thrown);
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... parameters) {
            if (!isLoggable(level)) return;
            LogLines.write(name, level, formatted(localized(bundle, format), parameters), null);
        }

        private static String localized(@Nullable ResourceBundle bundle, @Nullable String key) {
            if (key == null) return "";
            try {
                return bundle == null ? key : bundle.getString(key);
            } catch (MissingResourceException e) {
                return key;
            }
        }

        private static String formatted(String format, @Nullable Object @Nullable ... parameters) {
            if (parameters == null || parameters.length == 0) return format;
            try {
                return MessageFormat.format(format, parameters);
            } catch (IllegalArgumentException e) {
                return format;
            }
        }
    }
}
