package earshot.core.message;

import org.jspecify.annotations.Nullable;

/** An entry of a room's log: it happened, here, and everybody is told in this order. */
public sealed interface KeptEvent extends Event {
    RoomId room();

    Position position();

    String messageId();

    /** Unix time of the change. */
    long timestampMillis();

    @Override
    default Lane lane() {
        return Lane.KEPT;
    }

    /** The same entry after its message was deleted: its place remains, what it said is gone. */
    default KeptEvent blanked() {
        return switch (this) {
            case MessagePosted p -> new MessagePosted(p.message().blanked());
            case MessageEdited e ->
                new MessageEdited(e.room(), e.position(), e.messageId(), e.by(), "", null, null, e.timestampMillis());
            case MessageDeleted _, MessagePinned _ -> this;
        };
    }

    /** What it weighs in memory, roughly: for limits by bytes. */
    default int weightBytes() {
        return switch (this) {
            case MessagePosted p -> p.message().weightBytes();
            case MessageEdited e -> {
                Body body = e.body();
                String html = e.html();
                yield 300
                        + e.text().length()
                        + (html == null ? 0 : html.length())
                        + (body == null ? 0 : body.bytes().length);
            }
            case MessageDeleted _, MessagePinned _ -> 300;
        };
    }

    record MessagePosted(Message message) implements KeptEvent {
        @Override
        public RoomId room() {
            return message.room();
        }

        @Override
        public Position position() {
            return message.position();
        }

        @Override
        public String messageId() {
            return message.id();
        }

        @Override
        public long timestampMillis() {
            return message.timestampMillis();
        }
    }

    /** @param by who edited it */
    record MessageEdited(
            RoomId room,
            Position position,
            String messageId,
            Profile by,
            String text,
            @Nullable String html,
            @Nullable Body body,
            long timestampMillis)
            implements KeptEvent {}

    record MessageDeleted(RoomId room, Position position, String messageId, Profile by, long timestampMillis)
            implements KeptEvent {}

    record MessagePinned(
            RoomId room, Position position, String messageId, Profile by, boolean pinned, long timestampMillis)
            implements KeptEvent {}
}
