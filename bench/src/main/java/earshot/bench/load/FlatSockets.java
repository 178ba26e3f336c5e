package earshot.bench.load;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Reads, and writes what is small, for members who are in their room, past their channels: what a message touches is three flat tables, not the dozen objects of a channel and its
 * pipeline, which for one of 50,000 sockets are in no cache. Netty still opens, writes to and closes the sockets, and hears of their errors. A set of its own
 * is watched by Netty's loop as one more file. Owned by the loop of its generator.
 */
final class FlatSockets implements EpollIoHandle, FrameReader.Sink {
    private static final byte AWAY = 0;
    /** What was read last ended with a frame. */
    private static final byte WHOLE = 1;
    /** The member has the beginning of a frame, or may have. */
    private static final byte PARTIAL = 2;

    private final Roster roster;
    private final Hearing hearing;
    private final ReadySet ready = new ReadySet();
    private final FileDescriptor descriptor = new FileDescriptor(ready.fd());
    private final byte[] scratch;
    private final MemorySegment into;
    private final byte[] standing;
    private final int[] sockets;
    private FrameReader frames = new FrameReader();
    /** Whose frames are being read. */
    private int slot;

    FlatSockets(Roster roster, Hearing hearing) {
        this.roster = roster;
        this.hearing = hearing;
        this.scratch = hearing.scratch();
        this.into = MemorySegment.ofArray(scratch).asSlice(FrameReader.MOST_REST, SharedReads.BYTES);
        this.standing = new byte[roster.size()];
        this.sockets = new int[roster.size()];
    }

    /** Any thread but the loop's; once. */
    void begin(IoEventLoop loop) {
        loop.register(this).syncUninterruptibly().getNow().submit(EpollIoOps.EPOLLIN);
    }

    /** From now on the member's socket is read here; also what it has now. */
    void take(Member member) {
        if (!(member.channel() instanceof EpollSocketChannel channel)) return;
        int socket = channel.fd().intValue();
        channel.config().setAutoRead(false);
        sockets[member.slot] = socket;
        standing[member.slot] = PARTIAL;
        if (!ready.add(socket, member.slot)) giveBack(member.slot);
    }

    /** Its connection has ended, or is about to. */
    void leave(int member) {
        standing[member] = AWAY;
    }

    /** Netty read the beginning of a frame, as it does when the other end closes. */
    void partial(int member) {
        if (standing[member] == WHOLE) standing[member] = PARTIAL;
    }

    /** Sends a whole frame, unless something waits to be sent already. Whether it was sent, or at least begun. */
    boolean send(Member member, byte[] frame) {
        Channel channel = member.channel();
        if (channel == null
                || !channel.isWritable()
                || channel.unsafe().outboundBuffer().size() > 0) return false;
        boolean isFlat = standing[member.slot] != AWAY;
        int sent = isFlat ? Math.max(0, ReadySet.write(sockets[member.slot], frame)) : 0;
        if (sent < frame.length)
            channel.writeAndFlush(Unpooled.wrappedBuffer(frame, sent, frame.length - sent), channel.voidPromise());
        return true;
    }

    /** Netty finds out what became of it. */
    private void giveBack(int member) {
        standing[member] = AWAY;
        if (roster.all().get(member).channel() instanceof EpollSocketChannel channel)
            channel.config().setAutoRead(true);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        int found = ready.poll();
        for (int i = 0; i < found; i++) read(ready.slot(i), ready.socket(i));
    }

    /** By edges: until a read is not full, which says that there was no more. */
    private void read(int member, int socket) {
        int read = SharedReads.BYTES;
        while (read == SharedReads.BYTES && standing[member] != AWAY && sockets[member] == socket) {
            read = ReadySet.read(socket, into, SharedReads.BYTES);
            if (read > 0) onBytes(member, read);
            else if (read == 0) giveBack(member);
        }
    }

    private void onBytes(int member, int count) {
        hearing.bytes(count);
        if (standing[member] == WHOLE) whole(member, count);
        else roster.all().get(member).read(count);
        if (standing[member] == PARTIAL && !roster.all().get(member).isPartial()) standing[member] = WHOLE;
    }

    private void whole(int member, int count) {
        slot = member;
        frames.read(scratch, FrameReader.MOST_REST, FrameReader.MOST_REST + count, this);
        if (!frames.isPartial()) return;
        if (standing[member] == AWAY) frames = new FrameReader();
        else frames = roster.all().get(member).goOnFrom(frames);
        partial(member);
    }

    @Override
    public void frame(int opcode, byte[] bytes, int from, int end) {
        if (opcode == FrameReader.TEXT) hearing.heard(slot, bytes, from, end);
        else roster.all().get(slot).frame(opcode, bytes, from, end);
    }

    @Override
    public boolean isOpen() {
        return standing[slot] != AWAY;
    }

    @Override
    public FileDescriptor fd() {
        return descriptor;
    }

    @Override
    public void close() throws IOException {
        descriptor.close();
    }
}
