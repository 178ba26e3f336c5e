package earshot.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Run} as it arrived on one loop: its entries have places in the crowd's own count, and its bytes are copied once into direct memory
 * that all members share. Confined to its loop. Counted: the crowd holds it until everybody had it, the ring as long as somebody lags.
 */
final class Spoken {
    final Run run;
    private final SessionLoop at;
    /** The place that entry 0 has in the crowd's count; entries before {@link #first} are not for this crowd. */
    private final long base;

    /** The first place that belongs to this run here. */
    final long first;

    /** After the last one that has been said so far. */
    private long end;

    private static final @Nullable ByteBuf[] NONE = {};

    private @Nullable ByteBuf[] buffers = NONE;
    private int holders = 1;

    /** The ring's own notes: which ring they are about, the next run in it, and up to where it knows this one's newest values. */
    @Nullable
    RoomRing ring;

    @Nullable
    Spoken nextInRing;

    /** Was taken into the ring; it may have fallen off since. */
    boolean wasHeld;

    long latestKnownTo;

    Spoken(SessionLoop at, Run run, int index, long place) {
        this.at = at;
        this.run = run;
        this.base = place - index;
        this.first = place;
        this.end = place;
    }

    long end() {
        return end;
    }

    /** Entries below the index have been said, or are not for this crowd. */
    void reach(int index) {
        end = Math.max(end, base + index);
    }

    int index(long place) {
        return (int) (place - base);
    }

    boolean isCertain(long place) {
        return run.isCertain(index(place));
    }

    /** The frames of places from..to (exclusive) with a reference of their own; null when this flavor has nothing to say there. */
    @Nullable
    ByteBuf slice(Language.Flavor flavor, long from, long to) {
        Strip strip = run.strip(flavor);
        if (strip == null) return null;
        int start = strip.start(index(from));
        int stop = strip.start(index(to));
        if (start == stop) return null;
        ByteBuf whole = buffer(strip);
        if (start == 0 && stop == whole.writerIndex()) return whole.retainedDuplicate();
        return whole.retainedSlice(start, stop - start);
    }

    /** Appends all frames of the run here. */
    void copy(Language.Flavor flavor, ByteBuf to) {
        Strip strip = run.strip(flavor);
        if (strip == null) return;
        int start = strip.start(index(first));
        to.writeBytes(strip.bytes(), start, strip.start(index(end)) - start);
    }

    int frames(Language.Flavor flavor, long from, long to) {
        Strip strip = run.strip(flavor);
        return strip == null ? 0 : strip.frames(index(from), index(to));
    }

    boolean says(Language.Flavor flavor, long from, long to) {
        return bytes(flavor, from, to) > 0;
    }

    int bytes(Language.Flavor flavor, long from, long to) {
        Strip strip = run.strip(flavor);
        return strip == null ? 0 : strip.start(index(to)) - strip.start(index(from));
    }

    private ByteBuf buffer(Strip strip) {
        Strip[] strips = run.strips();
        if (buffers.length < strips.length) buffers = Arrays.copyOf(buffers, strips.length);
        int i = 0;
        while (strips[i] != strip) i++;
        ByteBuf buffer = buffers[i];
        if (buffer == null) {
            buffer = ByteBufAllocator.DEFAULT.directBuffer(strip.length(), strip.length());
            buffer.writeBytes(strip.bytes(), 0, strip.length());
            buffers[i] = buffer;
        }
        return buffer;
    }

    void hold() {
        holders++;
    }

    void release() {
        if (--holders > 0) return;
        for (ByteBuf buffer : buffers) if (buffer != null) at.letGo(buffer);
        buffers = NONE;
    }
}
