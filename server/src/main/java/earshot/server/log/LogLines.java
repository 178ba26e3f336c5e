package earshot.server.log;

import earshot.server.config.LogSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries to the error stream, a line each. Thread-safe. The one mutable static of the server stands here, because the JVM asks for its
 * loggers once and for all, before anybody has read a configuration.
 */
public final class LogLines {
    /** {@code room=… session=…} at the end of a message: fields of their own for machines. */
    private static final Pattern TRAILING_FIELD = Pattern.compile("^(.*) ([a-z][A-Za-z]*)=(\\S+)$", Pattern.DOTALL);

    private static final DateTimeFormatter CLOCK_TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final PrintStream ERROR_STREAM =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

    private static volatile Shape shape = new Shape(LogSettings.Format.TEXT, LogSettings.Level.INFO, "");

    private record Shape(LogSettings.Format format, LogSettings.Level level, String nodeId) {}

    private LogLines() {}

    /** From now on, for the whole process. */
    public static void use(LogSettings.Format format, LogSettings.Level level, String nodeId) {
        shape = new Shape(format, level, nodeId);
    }

    static boolean isWanted(Level level) {
        return level != Level.OFF && level.getSeverity() >= least(shape.level()).getSeverity();
    }

    private static Level least(LogSettings.Level level) {
        return switch (level) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARNING;
            case ERROR -> Level.ERROR;
        };
    }

    static void write(String logger, Level level, String message, @Nullable Throwable thrown) {
        Shape now = shape;
        String line = now.format() == LogSettings.Format.JSON
                ? json(Instant.now(), logger, level, now.nodeId(), message, thrown)
                : text(Instant.now(), logger, level, message, thrown);
        ERROR_STREAM.println(line);
    }

    static String text(Instant at, String logger, Level level, String message, @Nullable Throwable thrown) {
        String line = CLOCK_TIME.format(at) + " " + padded(level) + " " + shortName(logger) + ": " + oneLine(message);
        return thrown == null ? line : line + System.lineSeparator() + trace(thrown);
    }

    private static String padded(Level level) {
        return switch (level) {
            case TRACE, DEBUG -> "DEBUG";
            case INFO, ALL, OFF -> "INFO ";
            case WARNING -> "WARN ";
            case ERROR -> "ERROR";
        };
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    /** A message may hold what a client sent, such as a room's name: it never begins a line of its own. */
    private static String oneLine(String message) {
        return message.replace('\n', ' ').replace('\r', ' ');
    }

    static String json(
            Instant at, String logger, Level level, String nodeId, String message, @Nullable Throwable thrown) {
        StringBuilder fields = new StringBuilder();
        String rest = message;
        for (Matcher m = TRAILING_FIELD.matcher(rest); m.matches(); m = TRAILING_FIELD.matcher(rest)) {
            fields.insert(0, member(m.group(2), m.group(3)));
            rest = m.group(1);
        }
        StringBuilder line = new StringBuilder("{\"time\":\"")
                .append(at.truncatedTo(ChronoUnit.MILLIS))
                .append("\",\"level\":\"")
                .append(padded(level).strip().toLowerCase(java.util.Locale.ROOT))
                .append("\",\"service\":\"websocket-server\"");
        line.append(member("nodeId", nodeId)).append(member("logger", shortName(logger)));
        line.append(member("msg", rest)).append(fields);
        if (thrown != null) line.append(member("error", trace(thrown)));
        return line.append('}').toString();
    }

    private static String member(String name, String value) {
        StringBuilder out = new StringBuilder(",\"").append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
                    else out.append(c);
                }
            }
        }
        return out.append('"').toString();
    }

    private static String trace(Throwable thrown) {
        StringBuilder out = new StringBuilder();
        int depth = 0;
        for (Throwable t = thrown; t != null && depth < 5; t = t.getCause(), depth++) {
            out.append(depth == 0 ? "" : "\ncaused by ").append(t);
            StackTraceElement[] frames = t.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, 30); i++)
                out.append("\n    at ").append(frames[i]);
        }
        return out.toString();
    }
}
