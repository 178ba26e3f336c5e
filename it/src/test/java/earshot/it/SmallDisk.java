package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of its own, of a few MB, to be filled and broken. Needs the right to mount one; a test that has not is skipped and says so. */
final class SmallDisk implements AutoCloseable {
    private final Path place;

    private SmallDisk(Path place) {
        this.place = place;
    }

    /** In memory. */
    static SmallDisk inMemory(Path directory, int megabytes) throws IOException {
        Path place = Files.createDirectories(directory.resolve("disk"));
        mount(List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", place.toString()));
        return new SmallDisk(place);
    }

    /** ext4 in a file, which can be told to fail. */
    static SmallDisk thatCanFail(Path directory, int megabytes) throws IOException {
        Path image = directory.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) megabytes << 20);
        }
        Path place = Files.createDirectories(directory.resolve("disk"));
        mount(List.of("mkfs.ext4", "-q", "-F", image.toString()));
        mount(List.of("mount", "-o", "loop", image.toString(), place.toString()));
        return new SmallDisk(place);
    }

    private static void mount(List<String> command) {
        String said = run(command);
        assumeThat(said)
                .as("SKIPPED: may not %s (root and loop devices are needed)", command)
                .isEmpty();
    }

    /** Empty when it worked. */
    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : "failed: " + said;
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Path place() {
        return place;
    }

    void fill() {
        try (OutputStream out = Files.newOutputStream(place.resolve("filler"))) {
            byte[] block = new byte[4096];
            while (true) out.write(block);
        } catch (IOException full) {
            assertThat(place.resolve("filler").toFile().length()).isPositive();
        }
    }

    void makeRoom() throws IOException {
        Files.delete(place.resolve("filler"));
    }

    /** As after an error of the device: the file system is read-only from now on, for open files too (ext4's option abort). */
    void fail() {
        assertThat(run(List.of("mount", "-o", "remount,abort", place.toString())))
                .isEmpty();
    }

    @Override
    public void close() {
        assertThat(run(List.of("umount", place.toString()))).isEmpty();
    }
}
