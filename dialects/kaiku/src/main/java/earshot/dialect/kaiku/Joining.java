package earshot.dialect.kaiku;

import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rooms that a connection joins by itself: its user's, everybody's, those of guilds and friends. A few at a time, so that whoever has many friends
 * neither floods the node nor waits for its first event. One for each conversation.
 */
final class Joining {
    private static final int AT_ONCE = 32;
    private static final long RETRY_NANOS = 5_000_000_000L;
    private static final int MAX = 4096;

    private final ArrayDeque<Wanted> waiting = new ArrayDeque<>();
    private final List<Wanted> failed = new ArrayList<>(0);
    private int open;
    private long retryNanos;

    enum Kind {
        OWN('o'),
        EVERYBODY('e'),
        GUILD('g'),
        FRIEND('f');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        static @Nullable Kind of(int letter) {
            for (Kind kind : values()) if (kind.letter == letter) return kind;
            return null;
        }
    }

    record Wanted(Kind kind, UUID id) {
        RoomId room() {
            return switch (kind) {
                case OWN, FRIEND -> Places.ofUser(id);
                case EVERYBODY -> Places.EVERYBODY;
                case GUILD -> Places.ofGuild(id);
            };
        }

        /** In its user's own room a connection is to be seen; into all others it only looks. */
        JoinOptions options(int variant) {
            return new JoinOptions(variant, true, kind != Kind.OWN, 0, null);
        }

        Tag tag(int tagKind) {
            return new Tag(tagKind, kind.letter + " " + id);
        }

        static Wanted of(Tag tag) {
            return new Wanted(
                    Objects.requireNonNull(Kind.of(tag.text().charAt(0))),
                    UUID.fromString(tag.text().substring(2)));
        }
    }

    void want(Kind kind, UUID id) {
        if (waiting.size() < MAX) waiting.add(new Wanted(kind, id));
    }

    /** Asks for as many as may be asked for now. */
    void goOn(int tagKind, int variant, Inbox inbox) {
        while (open < AT_ONCE && !waiting.isEmpty()) {
            Wanted next = waiting.remove();
            open++;
            inbox.ask(new Command.Join(next.room(), next.options(variant)), next.tag(tagKind));
        }
    }

    void onAnswer() {
        open--;
    }

    boolean isIdle() {
        return open == 0 && waiting.isEmpty();
    }

    /** Once more, later: what keeps rooms did not answer. */
    void failed(Wanted wanted, long nowNanos) {
        if (failed.isEmpty()) retryNanos = nowNanos + RETRY_NANOS;
        if (failed.size() < MAX) failed.add(wanted);
    }

    void onTick(int tagKind, int variant, long nowNanos, Inbox inbox) {
        if (failed.isEmpty() || nowNanos - retryNanos < 0) return;
        waiting.addAll(failed);
        failed.clear();
        goOn(tagKind, variant, inbox);
    }

    // --- freezing

    void freeze(DataOutput out) throws IOException {
        out.writeInt(open);
        write(out, waiting);
        write(out, failed);
    }

    private static void write(DataOutput out, Iterable<Wanted> all) throws IOException {
        List<Wanted> list = new ArrayList<>();
        all.forEach(list::add);
        out.writeShort(list.size());
        for (Wanted wanted : list) {
            out.writeByte(wanted.kind().letter);
            Frozen.write(out, wanted.id());
        }
    }

    static Joining thaw(DataInput in) throws IOException {
        var joining = new Joining();
        joining.open = in.readInt();
        read(in, joining.waiting);
        read(in, joining.failed);
        return joining;
    }

    private static void read(DataInput in, Collection<Wanted> into) throws IOException {
        int count = Frozen.count(in, "rooms", 2 * MAX);
        for (int i = 0; i < count; i++) {
            Kind kind = Kind.of(in.readUnsignedByte());
            if (kind == null) throw new IOException("room: of no kind");
            into.add(new Wanted(kind, Frozen.readId(in)));
        }
    }
}
