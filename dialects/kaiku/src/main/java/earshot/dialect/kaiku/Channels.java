package earshot.dialect.kaiku;

import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.dialect.Inbox;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one connection does in channels: hear them, stop hearing them, type in them. Part of a {@link KaikuConversation}. */
final class Channels {
    /** Channels in which a connection that did not subscribe typed: it is ended there when the connection is. */
    private static final int MAX_TYPED = 16;

    private final KaikuConversation of;
    private final KaikuDialect.Parts parts;
    private final Subscriptions subscriptions;
    private final Set<RoomId> typedOutside = new LinkedHashSet<>(0);

    Channels(KaikuConversation of, KaikuDialect.Parts parts, Subscriptions subscriptions) {
        this.of = of;
        this.parts = parts;
        this.subscriptions = subscriptions;
    }

    // --- subscribing

    void subscribe(UUID channel, @Nullable Long events, Inbox inbox) {
        Subscriptions.Subscription known = subscriptions.find(channel);
        if (known == null && subscriptions.size() >= parts.config().sizes().subscriptions()) {
            inbox.rejected(Inbox.Rejected.TOO_MANY_ROOMS);
            of.error(ErrorCode.TOO_MANY_SUBSCRIPTIONS, inbox);
            return;
        }
        RoomId room = known != null ? known.room : parts.places().channel(channel);
        if (room != null) join(channel, room, events, inbox);
        else
            inbox.when(parts.places().find(of.user(), channel), (found, _, later) -> {
                if (found == null) of.error(ErrorCode.UNAVAILABLE, later);
                else join(channel, found, events, later);
            });
    }

    /** Also where it is in already: it may have been put out since. Nobody is told twice. */
    private void join(UUID channel, RoomId room, @Nullable Long events, Inbox inbox) {
        Subscriptions.Subscription known = subscriptions.find(channel);
        Subscriptions.Subscription wanted = known != null ? known : subscriptions.add(channel, room);
        wanted.events = events;
        boolean silent = room.realm().equals(KaikuDialect.NAME);
        var options = new JoinOptions(of.variant(), true, silent, 0, null);
        inbox.ask(new Command.Join(room, options), new Tag(KaikuConversation.SUBSCRIBE, channel.toString()));
    }

    void onSubscribed(UUID channel, Reply reply, Inbox inbox) {
        Subscriptions.Subscription wanted = subscriptions.find(channel);
        if (reply instanceof Reply.Refused refused) {
            // Who was in already and asked once more is in, whatever the answer to that.
            boolean isIn =
                    wanted != null && wanted.confirmed && refused.problem().retryable();
            if (wanted != null && !isIn) subscriptions.remove(wanted);
            inbox.rejected(Inbox.Rejected.IGNORED);
            of.error(ErrorCode.of(refused.problem()), inbox);
            return;
        }
        if (wanted == null) {
            // Given up meanwhile: the answer to that follows.
            of.say(ServerFrames.subscribed(channel, null), inbox);
            return;
        }
        wanted.confirmed = true;
        of.say(ServerFrames.subscribed(channel, wanted.events), inbox);
    }

    void unsubscribe(UUID channel, Inbox inbox) {
        Subscriptions.Subscription known = subscriptions.find(channel);
        if (known == null) {
            of.say(ServerFrames.unsubscribed(channel), inbox);
            return;
        }
        subscriptions.remove(known);
        inbox.ask(new Command.Leave(known.room), new Tag(KaikuConversation.UNSUBSCRIBE, channel.toString()));
    }

    // --- typing

    void typing(UUID channel, boolean on, Inbox inbox) {
        Subscriptions.Subscription known = subscriptions.find(channel);
        RoomId room = known != null ? known.room : parts.places().channel(channel);
        if (room == null) outside(channel, on, inbox);
        else
            inbox.ask(
                    new Command.Type(room, on, null), new Tag(KaikuConversation.TYPING, (on ? "1 " : "0 ") + channel));
    }

    /** Nobody has to hear a channel to type in it; they have to be allowed to. */
    void onTyped(Tag tag, Reply reply, Inbox inbox) {
        if (!(reply instanceof Reply.Refused refused) || refused.problem() != Problem.NOT_MEMBER) return;
        outside(UUID.fromString(tag.text().substring(2)), tag.text().startsWith("1"), inbox);
    }

    private void outside(UUID channel, boolean on, Inbox inbox) {
        inbox.when(parts.product().access(of.user(), channel), (access, _, later) -> {
            if (access == null || !access.may(ChannelAccess.Right.SEE)) return;
            RoomId room = Places.ofChannel(channel);
            if (on && typedOutside.size() < MAX_TYPED) typedOutside.add(room);
            if (!on) typedOutside.remove(room);
            var _ = parts.reach().serve(new Command.Type(room, on, null), of.profile());
        });
    }

    /** Whoever is gone types no more. */
    void onEnded(Profile user) {
        for (RoomId room : typedOutside) {
            var _ = parts.reach().serve(new Command.Type(room, false, null), user);
        }
    }
}
