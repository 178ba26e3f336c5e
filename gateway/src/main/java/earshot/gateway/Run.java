package earshot.gateway;

import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.dialect.Frame;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one room told in one turn: events in order, and their frames in every flavor that somebody here speaks. Grows on the room's loop; from
 * the end of the turn on it is handed to the members' loops and never changes again.
 */
final class Run {
    /** When the room began to tell, in {@link System#nanoTime}. */
    final long beganNanos = System.nanoTime();

    private @Nullable Event[] events = new Event[4];
    private int count;
    private Strip[] strips = new Strip[0];

    /** Adds an event; its index, or -1 when no flavor has words for it. */
    int tell(Event event, FlavorUse use, Encoder encoder) {
        int index = count;
        boolean said = false;
        Language.Flavor last = null;
        List<Frame> frames = List.of();
        for (int i = 0; i < use.size(); i++) {
            if (use.members(i) == 0) continue;
            Language.Flavor flavor = use.flavor(i);
            if (last == null || !flavor.hasWordsOf(last)) frames = encoder.encode(event, flavor);
            last = flavor;
            said |= add(event, frames, index, flavor, encoder);
        }
        if (!said) return -1;
        if (count == events.length) events = Arrays.copyOf(events, count * 2);
        events[count++] = event;
        for (Strip strip : strips) strip.startEntry(count);
        return index;
    }

    private boolean add(Event event, List<Frame> frames, int index, Language.Flavor flavor, Encoder encoder) {
        if (frames.isEmpty()) return false;
        Strip strip = strip(flavor);
        if (strip == null) strip = addStrip(flavor);
        strip.startEntry(index);
        boolean pack = flavor.form != WireForm.PLAIN && event.lane() != Lane.LATEST;
        for (Frame frame : frames) {
            boolean typed = flavor.language.envelope.types(frame.kind());
            byte[] packed = pack ? encoder.pack(frame.bytes(), typed, flavor.form) : null;
            if (packed == null) strip.add(frame.kind(), typed, frame.bytes(), false);
            else strip.add(frame.kind(), false, packed, true);
        }
        return true;
    }

    private Strip addStrip(Language.Flavor flavor) {
        var strip = new Strip(flavor);
        strips = Arrays.copyOf(strips, strips.length + 1);
        strips[strips.length - 1] = strip;
        return strip;
    }

    /** Null when this flavor had nothing to say. */
    @Nullable
    Strip strip(Language.Flavor flavor) {
        for (Strip strip : strips) if (strip.flavor == flavor) return strip;
        return null;
    }

    Strip[] strips() {
        return strips;
    }

    int count() {
        return count;
    }

    Event event(int index) {
        Event event = events[index];
        if (event == null) throw new IndexOutOfBoundsException(index);
        return event;
    }

    /** Kept and sure: what a slow reader must not miss. */
    boolean isCertain(int index) {
        Lane lane = event(index).lane();
        return lane == Lane.KEPT || lane == Lane.SURE;
    }

    boolean hasCertain(int from, int to) {
        for (int i = from; i < to; i++) if (isCertain(i)) return true;
        return false;
    }

    int bytes() {
        int bytes = 0;
        for (Strip strip : strips) bytes += strip.length();
        return bytes;
    }

    /** Renders events, and packs what is worth it; never throws. */
    interface Encoder {
        List<Frame> encode(Event event, Language.Flavor flavor);

        /**
         * The payload as the form has it; null: as it is.
         *
         * @param typed whether the type of a message packet goes before it; it is packed too
         */
        byte @Nullable [] pack(byte[] payload, boolean typed, WireForm form);
    }
}
