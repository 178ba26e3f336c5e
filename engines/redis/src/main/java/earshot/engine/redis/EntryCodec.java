package earshot.engine.redis;

import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.engine.redis.ByteReader.BadBytes;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How an entry of the log lies in Redis. Room and position are not in it: they are where it lies. The scripts know the beginning of it:
 *
 * <pre>
 *  0  version, 1
 *  1  kind: 1 posted, 2 edited, 3 deleted, 4 pinned, 5 unpinned
 *  2  flags: 1 blanked, the message was deleted and the entry ends with its head
 *  3  length of the head, 4 bytes, from 0
 *  7  Unix time in milliseconds, 8 bytes
 * 15  length of the message id, 2 bytes; the id in UTF-8
 *     author or actor: realm, id, name, avatar or null, attributes; of a post: reply-to or null     (the head ends here)
 *     of posts and edits: text, HTML or null, a byte whether there is a body, its dialect, media type, bytes
 * </pre>
 *
 * Numbers are big-endian; a string is a length of 4 bytes and UTF-8, null a length of -1. A version that is not known is {@link BadBytes}.
 */
final class EntryCodec {
    private static final int VERSION = 1;
    private static final int BLANKED = 1;

    private static final int POSTED = 1;
    private static final int EDITED = 2;
    private static final int DELETED = 3;
    private static final int PINNED = 4;
    private static final int UNPINNED = 5;

    private EntryCodec() {}

    static byte[] encode(Draft draft) {
        Change change = draft.change();
        return switch (change) {
            case Change.Post p -> {
                ByteWriter out = head(draft, POSTED, p.text().length() + sizeOf(p.body()));
                out.textOrNull(p.replyTo());
                yield whole(out, p.text(), p.html(), p.body());
            }
            case Change.Edit e ->
                whole(head(draft, EDITED, e.text().length() + sizeOf(e.body())), e.text(), e.html(), e.body());
            case Change.Delete _ -> bare(head(draft, DELETED, 0));
            case Change.Pin p -> bare(head(draft, p.pinned() ? PINNED : UNPINNED, 0));
        };
    }

    private static ByteWriter head(Draft draft, int kind, int contentBytes) {
        ByteWriter out = new ByteWriter(300 + contentBytes);
        out.u8(VERSION);
        out.u8(kind);
        out.u8(0);
        out.u32(0);
        out.u64(draft.timestampMillis());
        byte[] id = draft.change().messageId().getBytes(StandardCharsets.UTF_8);
        if (id.length > 0xFFFF)
            throw new IllegalArgumentException("messageId: " + id.length + " bytes (expected: 1..65535)");
        out.u16(id.length);
        out.raw(id);
        Profile author = draft.author();
        out.text(author.user().realm());
        out.text(author.user().id());
        out.text(author.name());
        out.textOrNull(author.avatarUrl());
        out.text(author.attributes());
        return out;
    }

    private static byte[] bare(ByteWriter out) {
        out.put32(3, out.size());
        return out.bytes();
    }

    private static byte[] whole(ByteWriter out, String text, @Nullable String html, @Nullable Body body) {
        out.put32(3, out.size());
        out.text(text);
        out.textOrNull(html);
        out.u8(body == null ? 0 : 1);
        if (body != null) {
            out.text(body.dialect());
            out.text(body.mediaType());
            out.block(body.bytes());
        }
        return out.bytes();
    }

    private static int sizeOf(@Nullable Body body) {
        return body == null ? 0 : body.bytes().length + 60;
    }

    /** An entry of the log at its place. */
    static KeptEvent decode(RoomId room, Position position, byte[] entry) throws BadBytes {
        ByteReader in = new ByteReader(entry);
        if (in.u8() != VERSION) throw new BadBytes("version: " + entry[0] + " (expected: " + VERSION + ")");
        int kind = in.u8();
        boolean blanked = (in.u8() & BLANKED) != 0;
        in.u32();
        long at = in.u64();
        String id = in.text(in.u16());
        Profile author = author(in);
        KeptEvent event = switch (kind) {
            case POSTED -> {
                String replyTo = in.textOrNull();
                Content said = blanked ? Content.NONE : content(in);
                Message message = new Message(
                        id, room, position, author, said.text, said.html, replyTo, at, said.body, 0, 0, false);
                yield new KeptEvent.MessagePosted(blanked ? message.blanked() : message);
            }
            case EDITED -> {
                Content said = blanked ? Content.NONE : content(in);
                yield new KeptEvent.MessageEdited(room, position, id, author, said.text, said.html, said.body, at);
            }
            case DELETED -> new KeptEvent.MessageDeleted(room, position, id, author, at);
            case PINNED -> new KeptEvent.MessagePinned(room, position, id, author, true, at);
            case UNPINNED -> new KeptEvent.MessagePinned(room, position, id, author, false, at);
            default -> throw new BadBytes("kind: " + kind + " (expected: 1..5)");
        };
        in.end();
        return event;
    }

    /** A message as it is now: as it was posted, and what has changed since (null: nothing). */
    static Message message(RoomId room, Position position, byte[] posted, byte @Nullable [] changed) throws BadBytes {
        if (!(decode(room, position, posted) instanceof KeptEvent.MessagePosted said))
            throw new BadBytes("not a posted message");
        Message message = said.message();
        if (changed == null) return message;
        ByteReader in = new ByteReader(changed);
        if (in.u8() != VERSION) throw new BadBytes("version: " + changed[0] + " (expected: " + VERSION + ")");
        long edited = in.u64();
        long pinned = in.u64();
        if (edited != 0) {
            Content now = message.deleted() ? Content.NONE : content(in);
            message = message.edited(now.text, now.html, now.body, edited);
        }
        in.end();
        return pinned == 0 ? message : message.pinned(pinned);
    }

    private static Profile author(ByteReader in) throws BadBytes {
        String realm = in.text();
        String id = in.text();
        String name = in.text();
        if (id.isEmpty() || name.isEmpty()) throw new BadBytes("an author without id or name");
        return new Profile(new UserId(realm, id), name, in.textOrNull(), in.text());
    }

    private record Content(
            String text, @Nullable String html, @Nullable Body body) {
        static final Content NONE = new Content("", null, null);
    }

    private static Content content(ByteReader in) throws BadBytes {
        String text = in.text();
        String html = in.textOrNull();
        if (in.u8() == 0) return new Content(text, html, null);
        return new Content(text, html, new Body(in.text(), in.text(), in.block()));
    }
}
