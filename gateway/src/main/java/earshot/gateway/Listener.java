package earshot.gateway;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** An address that clients come in by. */
public sealed interface Listener {
    /** Whether every connection must begin with a PROXY header of a trusted proxy. */
    boolean proxyHeader();

    /** For people, as a setting would name it. */
    String shown();

    /**
     * @param host address or name to bind
     * @param port 0: any free one
     * @param tls clients speak TLS here, and nothing else
     */
    record Tcp(String host, int port, boolean tls, boolean proxyHeader) implements Listener {
        public Tcp {
            if (port < 0 || port > 65_535)
                throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }

        @Override
        public String shown() {
            return host + ":" + port;
        }
    }

    /**
     * A Unix domain socket; epoll only.
     *
     * @param permissions of its file: who may write to it may connect
     */
    record Unix(Path path, Set<PosixFilePermission> permissions, boolean proxyHeader) implements Listener {
        public Unix {
            permissions = Set.copyOf(permissions);
        }

        @Override
        public String shown() {
            return "unix:" + path;
        }
    }
}
