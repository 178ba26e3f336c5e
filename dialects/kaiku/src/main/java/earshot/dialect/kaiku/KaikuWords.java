package earshot.dialect.kaiku;

import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.RoomId;
import earshot.core.product.ProductWords;
import earshot.dialect.WireUuid;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What happened here, for a server of the original that shares our Redis: the events that clients read, on its channels. Thread-safe. */
public final class KaikuWords implements ProductWords {
    @Override
    public @Nullable Said of(Event event) {
        return switch (event) {
            case KeptEvent.MessagePosted p ->
                p.message().deleted()
                        ? null
                        : said(p.room(), ServerFrames.messageNew(p.room(), MessageObject.of(p.message())));
            case KeptEvent.MessageEdited e -> said(e.room(), ServerFrames.messageEdit(e));
            case KeptEvent.MessageDeleted d -> said(d.room(), ServerFrames.messageDelete(d));
            case KeptEvent.MessagePinned p -> said(p.room(), ServerFrames.pin(p));
            case Event.Notified n -> {
                boolean ours = n.user().realm().equals(KaikuDialect.NAME)
                        && (n.kind().equals(KaikuDialect.EVENT) || n.kind().equals(KaikuDialect.CALL));
                yield ours
                        ? new Said(KaikuChannels.ofUser(n.user().id()), n.text().getBytes(StandardCharsets.UTF_8))
                        : null;
            }
            default -> null;
        };
    }

    /** Only channels: calls are kept in rooms, too, and are nobody's messages. */
    private static @Nullable Said said(RoomId room, byte[] event) {
        UUID channel = room.realm().equals(KaikuDialect.NAME) ? WireUuid.parse(room.name()) : null;
        return channel == null ? null : new Said(KaikuChannels.ofChannel(channel), event);
    }
}
