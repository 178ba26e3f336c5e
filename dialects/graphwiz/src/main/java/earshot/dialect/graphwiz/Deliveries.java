package earshot.dialect.graphwiz;

import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.dialect.Frame;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client that acknowledges has been told and not acknowledged: reliable messages, by id, in order (protocols/graphwiz.md section 9.3). They are said
 * again in intervals, with the same id, and given up in the end. Confined to the session's loop; looked at about once a second, without a timer.
 */
final class Deliveries {
    private static final long MAX_BYTES = 4L << 20;

    private final GraphwizConfig.Delivery rules;
    private final Map<String, Waiting> waiting = new LinkedHashMap<>(4);
    private long bytes;
    private boolean overflown;

    Deliveries(GraphwizConfig.Delivery rules) {
        this.rules = rules;
    }

    /** One message. Events are shared with everybody else who heard them; frames are there after a thaw only. */
    private static final class Waiting {
        final @Nullable Event event;
        final List<Frame> frames;
        final int weight;
        long toldNanos;
        int again;

        Waiting(@Nullable Event event, List<Frame> frames, int weight, long toldNanos) {
            this.event = event;
            this.frames = frames;
            this.weight = weight;
            this.toldNanos = toldNanos;
        }
    }

    int waiting() {
        return waiting.size();
    }

    /** Whether more waits than may: the connection ends, and comes back to a fresh picture. */
    boolean isOverflown() {
        return overflown;
    }

    void onTold(Event event, long now) {
        String id = idOf(event);
        if (id == null || waiting.containsKey(id)) return;
        int weight = event instanceof Event.Relayed r ? r.payload().length : ((KeptEvent) event).weightBytes();
        if (waiting.size() >= rules.queue() || bytes + weight > MAX_BYTES) {
            overflown = true;
            return;
        }
        waiting.put(id, new Waiting(event, List.of(), weight, now));
        bytes += weight;
    }

    /** Null: nothing that needs to be acknowledged. */
    private static @Nullable String idOf(Event event) {
        if (event instanceof KeptEvent.MessagePosted posted) return Words.messageId(posted.message());
        if (!(event instanceof Event.Relayed relayed)
                || relayed.lane() != Lane.SURE
                || !relayed.dialect().equals(GraphwizDialect.NAME)
                || relayed.variantOrKind() >= Kinds.FIRST) return null;
        Packet packet = Packet.of(relayed.payload());
        return packet == null || packet.messageId().isEmpty() ? null : packet.messageId();
    }

    void acknowledged(String id) {
        Waiting gone = waiting.remove(id);
        if (gone != null) bytes -= gone.weight;
    }

    /**
     * Says again what is due.
     *
     * @return how many were given up
     */
    int sayAgain(long now, BiFunction<Event, Integer, List<Frame>> words, int variant, Consumer<List<Frame>> to) {
        int givenUp = 0;
        for (Iterator<Waiting> each = waiting.values().iterator(); each.hasNext(); ) {
            Waiting one = each.next();
            if (now - one.toldNanos < rules.retryInterval().toNanos() * (one.again + 1L)) continue;
            if (one.again >= rules.retries()) {
                each.remove();
                bytes -= one.weight;
                givenUp++;
            } else {
                one.again++;
                to.accept(one.event == null ? one.frames : words.apply(one.event, variant));
            }
        }
        return givenUp;
    }

    void freeze(DataOutput out, long now, int variant, BiFunction<Event, Integer, List<Frame>> words)
            throws IOException {
        out.writeInt(waiting.size());
        for (Map.Entry<String, Waiting> each : waiting.entrySet()) {
            Waiting one = each.getValue();
            out.writeUTF(each.getKey());
            out.writeLong(now - one.toldNanos);
            out.writeInt(one.again);
            List<Frame> frames = one.event == null ? one.frames : words.apply(one.event, variant);
            out.writeByte(frames.size());
            for (Frame frame : frames) {
                out.writeBoolean(frame.kind() == Frame.Kind.TEXT);
                out.writeInt(frame.bytes().length);
                out.write(frame.bytes());
            }
        }
    }

    void thaw(DataInput in, long now) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > rules.queue()) throw new IOException("frozen deliveries: " + count);
        for (int i = 0; i < count; i++) {
            String id = in.readUTF();
            long told = now - in.readLong();
            int again = in.readInt();
            List<Frame> frames = new ArrayList<>(1);
            int weight = 0;
            for (int n = in.readUnsignedByte(); n > 0; n--) {
                boolean text = in.readBoolean();
                int length = in.readInt();
                if (length < 0 || bytes + weight + length > MAX_BYTES)
                    throw new IOException("frozen deliveries: " + length + " bytes");
                byte[] payload = new byte[length];
                in.readFully(payload);
                weight += length;
                frames.add(text ? Frame.text(payload) : Frame.binary(payload));
            }
            var one = new Waiting(null, frames, weight, told);
            one.again = again;
            waiting.put(id, one);
            bytes += weight;
        }
    }
}
