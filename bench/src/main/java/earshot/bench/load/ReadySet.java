package earshot.bench.load;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Sockets that may have something to read, by edges (epoll(7), EPOLLET), and the reading itself: two calls into libc, and no object.
 * Netty's own epoll looks at every socket twice for one message, since by levels the kernel has to ask again whether it was read. Not thread-safe.
 */
final class ReadySet {
    /** Sockets of one {@link #poll}. */
    static final int MOST = 1024;

    private static final int ADD = 1;
    private static final int EPOLLIN = 1;
    private static final int EPOLLET = 1 << 31;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** {@code struct epoll_event} is packed on x86-64 and nowhere else (epoll_event(3type)). */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int DATA = PACKED ? 4 : 8;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final MethodHandle EPOLL_CREATE1 =
            libc("epoll_create1", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle EPOLL_CTL = libc(
            "epoll_ctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS));
    private static final MethodHandle EPOLL_WAIT = libc(
            "epoll_wait",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT));
    private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT);
    private static final MethodHandle RECV = libc("recv", TRANSFER);
    private static final MethodHandle SEND = libc("send", TRANSFER);

    private final int fd;
    private final byte[] events = new byte[MOST * EVENT_BYTES];
    private final MemorySegment eventsSegment = MemorySegment.ofArray(events);

    ReadySet() {
        try {
            fd = (int) EPOLL_CREATE1.invokeExact(0);
        } catch (Throwable e) {
            throw new IllegalStateException("epoll_create1", e);
        }
        if (fd < 0) throw new IllegalStateException("epoll_create1: no file descriptor is left");
    }

    /** None of them waits, so that the arrays of the heap may be lent for the call. */
    @SuppressWarnings("restricted") // the signatures above are those of libc
    private static MethodHandle libc(String name, FunctionDescriptor signature) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup().findOrThrow(name);
        return linker.downcallHandle(address, signature, Linker.Option.critical(true));
    }

    /** Readable when a socket is; to be closed by who uses it. */
    int fd() {
        return fd;
    }

    /** The socket leaves the set when it is closed. Whether it could be added; it is ready at once when there is something to read. */
    boolean add(int socket, int slot) {
        byte[] event = new byte[EVENT_BYTES];
        INT.set(event, 0, EPOLLIN | EPOLLET);
        INT.set(event, DATA, slot);
        INT.set(event, DATA + Integer.BYTES, socket);
        try {
            return (int) EPOLL_CTL.invokeExact(fd, ADD, socket, MemorySegment.ofArray(event)) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("epoll_ctl", e);
        }
    }

    /** Looks, without waiting, which sockets are ready; how many. */
    int poll() {
        try {
            return (int) EPOLL_WAIT.invokeExact(fd, eventsSegment, MOST, 0);
        } catch (Throwable e) {
            throw new IllegalStateException("epoll_wait", e);
        }
    }

    int slot(int event) {
        return (int) INT.get(events, event * EVENT_BYTES + DATA);
    }

    int socket(int event) {
        return (int) INT.get(events, event * EVENT_BYTES + DATA + Integer.BYTES);
    }

    /** Reads what there is; 0: the peer has ended, -1: nothing there, or an error. */
    static int read(int socket, MemorySegment into, int bytes) {
        try {
            return (int) (long) RECV.invokeExact(socket, into, (long) bytes, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw new IllegalStateException("recv", e);
        }
    }

    /** Writes what the kernel takes; -1: nothing, or an error. */
    static int write(int socket, byte[] bytes) {
        try {
            return (int) (long) SEND.invokeExact(
                    socket, MemorySegment.ofArray(bytes), (long) bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL);
        } catch (Throwable e) {
            throw new IllegalStateException("send", e);
        }
    }
}
