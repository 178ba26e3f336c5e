package earshot.dialect.summit;

import earshot.core.message.Message;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomSnapshot;
import earshot.core.message.Tag;
import earshot.core.telemetry.Metric;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.util.List;

/** What rooms answer, to the client that asked. Without state of its own. */
final class Answers {
    private final SummitDialect.Parts parts;

    Answers(SummitDialect.Parts parts) {
        this.parts = parts;
    }

    /** @param socket that asked; it is still there */
    void on(Tag tag, Reply reply, NamespaceSocket socket, String tenant, Inbox inbox) {
        count(tag, reply, tenant);
        switch (tag.kind()) {
            case Requests.JOIN -> onJoin(TagText.read(tag, 5), reply, socket, inbox);
            case Requests.LEAVE -> onLeave(TagText.read(tag, 3), reply, socket, inbox);
            case Requests.SEND -> onSend(TagText.read(tag, 3), reply, socket, inbox);
            case Requests.QUERY -> onQuery(TagText.read(tag, 2), reply, socket, inbox);
            case Requests.STATUS -> onStatus(TagText.read(tag, 2), reply, socket, inbox);
            default -> {} // nobody waits for it
        }
    }

    private void count(Tag tag, Reply reply, String tenant) {
        if (tag.kind() == Requests.JOIN
                && reply instanceof Reply.Joined
                && !TagText.read(tag, 5).field(3).isEmpty()) parts.meter().add(Metric.ROOM_JOINS, 1, tenant);
        if (tag.kind() == Requests.LEAVE && reply instanceof Reply.Done)
            parts.meter().add(Metric.ROOM_LEAVES, 1, tenant);
        boolean stored = reply instanceof Reply.Accepted accepted && !accepted.repeated();
        if (tag.kind() == Requests.SEND
                && stored
                && TagText.read(tag, 3).field(2).equals(Requests.PERSISTENT))
            parts.meter().add(Metric.MESSAGES_PERSISTED, 1, tenant);
    }

    private static void ack(NamespaceSocket socket, long ackId, byte[] answer, Inbox inbox) {
        if (ackId != Packets.NO_ACK) inbox.answer(Packets.ack(socket.namespace, ackId, answer));
    }

    private static Problem problem(Reply reply) {
        return reply instanceof Reply.Refused refused ? refused.problem() : Problem.INTERNAL;
    }

    // ---- join: the order is the original's, and tests of clients depend on it

    private void onJoin(TagText asked, Reply reply, NamespaceSocket socket, Inbox inbox) {
        if (reply instanceof Reply.Joined joined) {
            onJoined(asked, joined, socket, inbox);
            return;
        }
        Problem problem = problem(reply);
        ack(socket, asked.number(1), Acks.failure(ErrorCode.ofJoin(problem)), inbox);
        if (ErrorCode.ofJoin(problem).equals(ErrorCode.INTERNAL))
            inbox.answer(ServerEvents.error(socket.namespace, ErrorCode.ROOM_JOIN_FAILED));
    }

    private void onJoined(TagText asked, Reply.Joined joined, NamespaceSocket socket, Inbox inbox) {
        RoomSnapshot snapshot = joined.snapshot();
        long now = parts.clock().millis();
        RoomPlace place = socket.place(joined.room());
        RoomSpelling spelling = place == null ? RoomSpelling.PLAIN : place.spelling;
        String called = parts.config().names() == SummitConfig.RoomNames.QUALIFIED
                ? spelling.of(joined.room())
                : asked.field(2);
        boolean again = asked.field(3).isEmpty();
        // Where a client that hears no more is to go on. Who was in the room already has heard less than the room has
        // said, perhaps; and of its other rooms this would say that they have told nothing.
        boolean says = socket.hasOffsets() && !again && socket.inside().size() == 1;
        Offset offset = says ? Offset.of(joined.room(), snapshot.position(), now) : null;
        inbox.answer(ServerEvents.roomJoined(socket.namespace, called, asked.field(4), offset));
        JoinReplay replay = JoinReplay.ofText(asked.field(3));
        JoinReplay.Chosen chosen = again
                ? new JoinReplay.Chosen(List.of(), true, true)
                : replay.choose(joined, parts.config().persistence(), now);
        boolean wasAsked = !again && replay.kind() != JoinReplay.Kind.USUAL;
        byte[] answer = wasAsked ? Acks.joined(chosen.messages().size(), chosen.complete()) : Acks.SUCCESS;
        ack(socket, asked.number(1), answer, inbox);
        inbox.answer(ServerEvents.presence(joined.room(), snapshot.presence(), spelling, now));
        if (!chosen.messages().isEmpty())
            for (List<Frame> message : replay.frames(chosen, snapshot.history(), spelling)) inbox.answer(message);
        if (!again && socket.showsAnything())
            inbox.ask(Requests.show(joined.room(), socket.status()), Tag.of(Requests.QUIET));
    }

    /** What a client that comes back has missed, each message with its place; and who is here now. */
    void missed(Reply.Joined joined, RoomPlace place, NamespaceSocket socket, Inbox inbox) {
        List<Message> missed = JoinReplay.missed(joined.snapshot().missed());
        String others = missed.isEmpty() ? "" : socket.others(place, inbox);
        for (Message message : missed)
            inbox.answer(ServerEvents.message(message, place.spelling, ServerEvents.offset(message) + others, false));
        long now = parts.clock().millis();
        inbox.answer(ServerEvents.presence(joined.room(), joined.snapshot().presence(), place.spelling, now));
        if (socket.showsAnything()) inbox.ask(Requests.show(joined.room(), socket.status()), Tag.of(Requests.QUIET));
    }

    // ---- the rest

    private static void onLeave(TagText asked, Reply reply, NamespaceSocket socket, Inbox inbox) {
        if (reply instanceof Reply.Done) {
            inbox.answer(ServerEvents.roomLeft(socket.namespace, asked.field(2)));
            ack(socket, asked.number(1), Acks.SUCCESS, inbox);
        } else {
            ack(socket, asked.number(1), Acks.failure(ErrorCode.INTERNAL), inbox);
            inbox.answer(ServerEvents.error(socket.namespace, ErrorCode.ROOM_LEAVE_FAILED));
        }
    }

    private static void onSend(TagText asked, Reply reply, NamespaceSocket socket, Inbox inbox) {
        if (reply instanceof Reply.Accepted accepted) {
            ack(socket, asked.number(1), Acks.sent(accepted.messageId()), inbox);
            return;
        }
        ErrorCode code = ErrorCode.ofSend(problem(reply));
        ack(socket, asked.number(1), Acks.failure(code.name()), inbox);
        inbox.answer(ServerEvents.error(socket.namespace, code));
    }

    private void onQuery(TagText asked, Reply reply, NamespaceSocket socket, Inbox inbox) {
        byte[] answer = reply instanceof Reply.Here here
                ? Acks.presence(PresenceJson.list(here.presence(), parts.clock().millis()))
                : Acks.noPresence(ErrorCode.NOT_IN_ROOM.name());
        ack(socket, asked.number(1), answer, inbox);
    }

    private static void onStatus(TagText asked, Reply reply, NamespaceSocket socket, Inbox inbox) {
        if (reply instanceof Reply.Done) {
            ack(socket, asked.number(1), Acks.SUCCESS, inbox);
            return;
        }
        ack(socket, asked.number(1), Acks.failure(ErrorCode.PRESENCE_UPDATE_FAILED.name()), inbox);
        inbox.answer(ServerEvents.error(socket.namespace, ErrorCode.PRESENCE_UPDATE_FAILED));
    }
}
