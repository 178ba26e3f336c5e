package earshot.bench.bare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.SingleThreadEventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Members, and what they are to hear at the end of this turn: one buffer with every frame of the turn, encoded once. */
final class BareRoom {
    private final List<Channel> members = new ArrayList<>();
    private @Nullable ByteBuf run;

    void join(Channel channel) {
        members.add(channel);
    }

    void leave(Channel channel) {
        int at = members.indexOf(channel);
        if (at < 0) return;
        members.set(at, members.getLast());
        members.removeLast();
    }

    /** @param content of the message, as a JSON string literal */
    void tell(ByteBuf content, SingleThreadEventLoop loop) {
        if (run == null) {
            run = PooledByteBufAllocator.DEFAULT.directBuffer(4096);
            loop.executeAfterEventLoopIteration(this::flush);
        }
        String head = "{\"type\":\"message\",\"message\":{\"id\":\"" + UUID.randomUUID()
                + "\",\"userId\":\"u\",\"username\":\"u\",\"content\":";
        String tail = ",\"timestamp\":" + System.currentTimeMillis() + "}}";
        int length = head.length() + content.readableBytes() + tail.length();
        run.writeByte(0x81);
        if (length < 126) run.writeByte(length);
        else run.writeByte(126).writeShort(length);
        run.writeCharSequence(head, StandardCharsets.US_ASCII);
        run.writeBytes(content);
        run.writeCharSequence(tail, StandardCharsets.US_ASCII);
    }

    private void flush() {
        ByteBuf bytes = run;
        run = null;
        if (bytes == null) return;
        for (int i = 0; i < members.size(); i++) {
            Channel member = members.get(i);
            member.writeAndFlush(bytes.retainedDuplicate(), member.voidPromise());
        }
        bytes.release();
    }
}
