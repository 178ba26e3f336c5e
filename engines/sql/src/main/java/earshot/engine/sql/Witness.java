package earshot.engine.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far the log had come, in a small file beside the database, {@code messages.db.top}: written over after every commit, read at the next start.
 * It tells what the database cannot tell of itself: that it is an older copy than the one that ran here last. Not synced: after a power loss it
 * may be behind the database, never ahead of what was committed. Confined to whoever opens the database, then to the writer.
 */
final class Witness implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Witness.class.getName());
    private static final int LINE = 64;
    private static final Pattern FORMAT = Pattern.compile("epoch (\\d{1,12}) top (\\d{1,18})\\s*");

    /**
     * @param epoch of the log
     * @param top the number of its newest row; it grows with every entry
     */
    record Seen(long epoch, long top) {}

    private final FileChannel channel;
    private @Nullable Seen last;

    private Witness(FileChannel channel) {
        this.channel = channel;
    }

    static Witness beside(Path database) throws IOException {
        Path path = database.resolveSibling(database.getFileName() + ".top");
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Witness witness = new Witness(channel);
        witness.last = seen(Files.readString(path, StandardCharsets.ISO_8859_1));
        return witness;
    }

    private static @Nullable Seen seen(String text) {
        Matcher found = FORMAT.matcher(text);
        return found.matches() ? new Seen(Long.parseLong(found.group(1)), Long.parseLong(found.group(2))) : null;
    }

    /** Null: nobody has written one, or not a whole one. */
    @Nullable
    Seen last() {
        return last;
    }

    /** A failure is no harm by itself: the database stays right, and the next one writes again. */
    void write(long epoch, long top) {
        Seen now = new Seen(epoch, top);
        if (now.equals(last)) return;
        String line = "epoch " + epoch + " top " + top;
        byte[] bytes = (line + " ".repeat(LINE - 1 - line.length()) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        try {
            channel.write(ByteBuffer.wrap(bytes), 0);
            last = now;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the witness was not written", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // what was written is written
        }
    }
}
