package earshot.dialect.kaiku;

import earshot.core.message.Command;
import earshot.core.message.Message;
import earshot.core.message.Reply;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the product says to connected clients, on whatever node they are; and the messages of its channels, which are kept in core's log and book and
 * nowhere else. Made by {@link KaikuDialect#hub}. Thread-safe; never blocks; stages complete on any thread and never fail: what did not happen is a
 * {@link Reply.Refused}.
 *
 * <p>Who may do it is for the product to have decided: nothing is checked here.
 */
public interface KaikuHub {
    // --- messages: answered by Reply.Accepted when everybody was told

    /**
     * {@code message_new} to all who subscribed, the author too. A start of typing by the author ends.
     *
     * @param object the message object as clients get it and as lists show it (protocols/kaiku.md 13.2), JSON; kept byte for byte
     * @param content its text, for the other dialects of a meeting
     */
    CompletionStage<Reply> posted(
            UUID channel, KaikuUser author, UUID message, String content, @Nullable UUID replyTo, byte[] object);

    /**
     * {@code message_edit}; {@code edited_at} is when it was kept, {@link Reply.Accepted#timestampMillis}.
     *
     * @param object the message object as lists show it from now on
     */
    CompletionStage<Reply> edited(UUID channel, KaikuUser by, UUID message, String content, byte[] object);

    /** {@code message_delete}; what it said is gone from log and book. */
    CompletionStage<Reply> deleted(UUID channel, KaikuUser by, UUID message);

    /** {@code channel_pin_added} or {@code channel_pin_removed}. */
    CompletionStage<Reply> pinned(UUID channel, KaikuUser by, UUID message, boolean pinned);

    /** Messages as they are now, oldest first, answered by {@link Reply.History}. */
    CompletionStage<Reply> messages(UUID channel, Command.From from, int limit);

    /** A message as an object that clients can read, whatever dialect it was written in: its own bytes, or made from its fields. */
    byte[] object(Message message);

    // --- events: finished JSON objects, {"type":"reaction_add",…}; told once, never kept

    /** To all who subscribed to the channel. Reactions, reads, names: what has no method of its own. */
    void toChannel(UUID channel, byte[] event);

    /** To every connection of the user. */
    void toUser(UUID user, byte[] event);

    /** To every connected member of the guild. */
    void toGuild(UUID guild, byte[] event);

    /** To the user's own connections and those of all friends: {@code rich_presence_update}, {@code custom_status_update}, {@code patch}. */
    void toFriendsOf(UUID user, byte[] event);

    /** To every connection of this dialect. */
    void toEverybody(byte[] event);

    // --- changes: what was granted before is looked at again, at once

    /** {@code PUT /api/me/status}: as {@code set_status} on the socket, kept by the product already. */
    void statusChosen(KaikuUser user);

    /** Roles, overrides, membership, participants: who may not be in a channel any more hears nothing of it from now on, and leaves its voice. */
    void accessChanged(Collection<UUID> users);

    /** Friends, blocks or guilds of these users are others now. Call it for both sides of a friendship or block. */
    void circleChanged(Collection<UUID> users);

    /** Logged out, banned or deleted: their connections end, with 4401. */
    void signedOut(UUID user);
}
