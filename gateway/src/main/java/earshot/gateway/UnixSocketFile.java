package earshot.gateway;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** The file of a Unix domain socket: what was left by a server that is gone is cleared away, nothing else ever. Blocks. */
final class UnixSocketFile {
    /** {@code sun_path} of Linux, with its end. */
    private static final int MAX_PATH_BYTES = 107;

    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path path;

    UnixSocketFile(Path path) {
        this.path = path;
    }

    /** Before binding. Throws with a sentence when the path cannot be had. */
    void clear() throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES)
            throw new IOException("the path is longer than " + MAX_PATH_BYTES + " bytes");
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory))
            throw new IOException("there is no directory " + directory);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) return;
        if (!isSocket()) throw new IOException("the file exists and is no socket; it is not touched");
        if (isAlive()) throw new IOException("the address is in use: a server answers there");
        Files.deleteIfExists(path);
    }

    private boolean isSocket() throws IOException {
        return Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode
                && (mode & TYPE) == SOCKET;
    }

    /** Refused means that nobody listens; anything else, such as a missing permission, leaves the file alone. */
    private boolean isAlive() throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("refused")) return false;
            throw new IOException("a socket is there that cannot be asked whether it lives: " + e.getMessage(), e);
        }
    }

    /** After binding. Netty removes the file when the socket is closed. */
    void permit(Set<PosixFilePermission> permissions) throws IOException {
        Files.setPosixFilePermissions(path, permissions);
    }
}
