package earshot.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The counters that a HotSpot JVM keeps in a file for tools such as jstat: read from its memory, the JVM notices nothing. Layout: HotSpot's
 * perfMemory.hpp, PerfDataPrologue and PerfDataEntry, version 2.0. Owned by one thread.
 */
final class JvmCounters {
    private static final int MAGIC = 0xcafec0c0;
    private static final Pattern USED = Pattern.compile("sun\\.gc\\.generation\\.\\d+\\.space\\.\\d+\\.used");
    private static final Pattern PAUSE_TIME = Pattern.compile("sun\\.gc\\.collector\\.\\d+\\.time");
    private static final Pattern PAUSES = Pattern.compile("sun\\.gc\\.collector\\.\\d+\\.invocations");

    private final ByteBuffer memory;
    private final Map<String, Integer> places = new HashMap<>();
    private final double ticksPerMilli;

    private JvmCounters(ByteBuffer memory) throws IOException {
        this.memory = memory;
        if (memory.capacity() < 32 || memory.order(ByteOrder.BIG_ENDIAN).getInt(0) != MAGIC)
            throw new IOException("no counters of a JVM");
        memory.order(memory.get(4) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int entry = memory.getInt(24);
        for (int left = memory.getInt(28); left > 0; left--) {
            readEntry(entry);
            entry += memory.getInt(entry);
        }
        this.ticksPerMilli = Math.max(1, sum(Pattern.compile("sun\\.os\\.hrt\\.frequency"))) / 1000.0;
    }

    private void readEntry(int entry) {
        boolean isNumber = memory.get(entry + 12) == 'J' && memory.getInt(entry + 8) == 0;
        if (!isNumber) return;
        int end = entry + memory.getInt(entry + 4);
        StringBuilder name = new StringBuilder();
        while (memory.get(end) != 0) name.append((char) memory.get(end++));
        places.put(name.toString(), entry + memory.getInt(entry + 16));
    }

    /** Empty when the process is no JVM, hides its counters, or belongs to somebody else. */
    static Optional<JvmCounters> of(long pid) {
        Path file = file(pid);
        if (file == null) return Optional.empty();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return Optional.of(new JvmCounters(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())));
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Path file(long pid) {
        try (DirectoryStream<Path> users =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/root/tmp"), "hsperfdata_*")) {
            for (Path user : users) {
                Path file = user.resolve(Long.toString(pid));
                if (Files.isReadable(file)) return file;
            }
        } catch (IOException | UncheckedIOException e) {
            return null;
        }
        return null;
    }

    /** Of all spaces, as last looked at by the JVM. */
    long heapBytes() {
        return sum(USED);
    }

    /** Of all collections so far. */
    double pauseMillis() {
        return sum(PAUSE_TIME) / ticksPerMilli;
    }

    int pauses() {
        return (int) sum(PAUSES);
    }

    private long sum(Pattern names) {
        long sum = 0;
        for (Map.Entry<String, Integer> place : places.entrySet()) {
            if (names.matcher(place.getKey()).matches()) sum += memory.getLong(place.getValue());
        }
        return sum;
    }
}
