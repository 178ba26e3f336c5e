package earshot.dialect.summit;

import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.MessageWindow;
import earshot.core.message.Position;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.dialect.Frame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a room's past a client wants when it joins: its word in {@code replay}, at the top of the join or in its metadata, which is all that the
 * original's client can send. As text it travels in the tag of the join.
 *
 * @param kind what {@code value} is
 */
record JoinReplay(Kind kind, String value) {
    /** What the client said. */
    enum Kind {
        /** Nothing: the configured number of newest persistent messages. */
        USUAL('u'),
        /** A number of newest persistent messages; false is 0. */
        NEWEST('n'),
        /** Persistent messages not older than a Unix time in milliseconds. */
        SINCE('s'),
        /** Persistent messages behind the one of an id. */
        AFTER_ID('i'),
        /** Everything behind an {@link Offset}, passing messages too; where that is out of reach, what is behind the message whose id follows it. */
        AFTER('a');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    static final JoinReplay USUAL = new JoinReplay(Kind.USUAL, "");
    private static final JoinReplay NONE = new JoinReplay(Kind.NEWEST, "0");
    private static final int MAX_CHARS = 128;
    private static final char SEPARATOR = ' ';

    /** What was chosen. */
    record Chosen(List<Message> messages, boolean complete, boolean replayed) {}

    static JoinReplay of(Members join, @Nullable Slice metadata) {
        Slice said = join.value("replay");
        if (said == null && metadata != null)
            said = JsonReader.members(metadata).value("replay");
        if (said == null) return USUAL;
        return switch (said.kind()) {
            case FALSE -> NONE;
            case NUMBER -> number(Kind.NEWEST, said);
            case OBJECT -> of(JsonReader.members(said));
            case TRUE, NULL, STRING, ARRAY -> USUAL;
        };
    }

    /** Of several wishes one counts: a time, else the exact place, else the message. */
    private static JoinReplay of(Members said) {
        Slice since = said.value("since");
        if (since != null && since.is(Slice.Kind.NUMBER)) return number(Kind.SINCE, since);
        String id = said.string("afterId");
        if (id == null || id.length() > MAX_CHARS) id = "";
        String after = said.string("after");
        Offset offset = after == null ? null : Offset.parse(after, Packets.MAIN);
        if (offset != null) return new JoinReplay(Kind.AFTER, offset.alone().toString() + SEPARATOR + id);
        return id.isEmpty() ? USUAL : new JoinReplay(Kind.AFTER_ID, id);
    }

    private static JoinReplay number(Kind kind, Slice number) {
        try {
            long value = (long) Double.parseDouble(number.raw());
            return new JoinReplay(kind, Long.toString(Math.max(0, value)));
        } catch (NumberFormatException e) {
            return USUAL;
        }
    }

    /** As one text. */
    String text() {
        return kind.letter + value;
    }

    /** What {@link #text} wrote. */
    static JoinReplay ofText(String text) {
        for (Kind kind : Kind.values())
            if (!text.isEmpty() && text.charAt(0) == kind.letter) return new JoinReplay(kind, text.substring(1));
        return USUAL;
    }

    // ---- asking

    /** Where the room's past is to be resumed; null: nowhere. */
    @Nullable
    Position after(RoomId room) {
        if (kind != Kind.AFTER) return null;
        Offset offset = Offset.parse(value.substring(0, Math.max(0, value.indexOf(SEPARATOR))), Packets.MAIN);
        return offset != null && offset.isOf(room) ? offset.at() : null;
    }

    /** How many of the newest messages to ask for. */
    int historyLimit(SummitConfig.Persistence persistence) {
        return usualLimit(persistence) == 0 && (kind == Kind.USUAL || kind == Kind.NEWEST) ? 0 : persistence.window();
    }

    private int usualLimit(SummitConfig.Persistence persistence) {
        if (!persistence.enabled()) return 0;
        return kind == Kind.NEWEST ? (int) Math.min(1000, Long.parseLong(value)) : persistence.replayLimit();
    }

    // ---- answering

    Chosen choose(Reply.Joined reply, SummitConfig.Persistence persistence, long nowMillis) {
        if (reply.recovered()) return new Chosen(missed(reply.snapshot().missed()), true, false);
        if (!persistence.enabled()) return new Chosen(List.of(), true, true);
        List<Message> known = reply.snapshot().history().messages();
        boolean all = known.size() < persistence.window();
        long oldest = nowMillis - persistence.ttl().toMillis();
        List<Message> fit = known.stream()
                .filter(m -> Payload.isReplayed(m) && m.timestampMillis() >= oldest)
                .toList();
        return switch (kind) {
            case USUAL, NEWEST -> {
                int limit = Math.min(usualLimit(persistence), persistence.maxMessages());
                yield new Chosen(newest(fit, limit), all || fit.size() >= limit, true);
            }
            case SINCE -> {
                long since = Long.parseLong(value);
                boolean reached = all || known.getFirst().timestampMillis() < since;
                yield new Chosen(
                        fit.stream().filter(m -> m.timestampMillis() >= since).toList(), reached, true);
            }
            case AFTER_ID -> afterId(value, known, fit, persistence);
            case AFTER -> afterId(value.substring(value.indexOf(SEPARATOR) + 1), known, fit, persistence);
        };
    }

    private static Chosen afterId(
            String id, List<Message> known, List<Message> fit, SummitConfig.Persistence persistence) {
        for (Message m : known) {
            if (!m.id().equals(id)) continue;
            return new Chosen(
                    fit.stream().filter(f -> f.position().isAfter(m.position())).toList(), true, true);
        }
        return new Chosen(newest(fit, persistence.replayLimit()), false, true);
    }

    private static List<Message> newest(List<Message> fit, int limit) {
        return fit.subList(Math.max(0, fit.size() - limit), fit.size());
    }

    /** What a client that comes back has not heard. */
    static List<Message> missed(List<KeptEvent> entries) {
        List<Message> messages = new ArrayList<>(entries.size());
        for (KeptEvent entry : entries)
            if (entry instanceof KeptEvent.MessagePosted posted
                    && !posted.message().deleted()) messages.add(posted.message());
        return messages;
    }

    /** Names what is kept with a window. */
    private record Key(JoinReplay replay, RoomSpelling spelling) {}

    /** One list of frames for each message; the same for everybody who joins at that point and wants the same. */
    List<List<Frame>> frames(Chosen chosen, MessageWindow window, RoomSpelling spelling) {
        if (kind != Kind.USUAL) return render(chosen, spelling);
        return window.rendered()
                .get(new Key(this, spelling), Rendered.class, () -> new Rendered(render(chosen, spelling)))
                .frames;
    }

    private record Rendered(List<List<Frame>> frames) {}

    private static List<List<Frame>> render(Chosen chosen, RoomSpelling spelling) {
        return chosen.messages().stream()
                .map(m -> ServerEvents.message(m, spelling, "", chosen.replayed()))
                .toList();
    }
}
