package earshot.dialect.summit;

import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.JoinOptions;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.message.Status;
import earshot.core.message.Tag;
import earshot.core.telemetry.Metric;
import earshot.dialect.Inbox;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client asks for: its events to commands. Every ack id is answered, by this or by {@link Answers}. Without state of its own. */
final class Requests {
    static final int JOIN = 1;
    static final int LEAVE = 2;
    static final int SEND = 3;
    static final int QUERY = 4;
    static final int STATUS = 5;
    static final int QUIET = 6;
    static final int RETURN = 7;
    static final int ROOMS = 8;
    static final String PERSISTENT = "p";

    private static final Set<String> STATUSES = Set.of("online", "away", "busy", "offline");

    private final SummitDialect.Parts parts;

    Requests(SummitDialect.Parts parts) {
        this.parts = parts;
    }

    /**
     * @param tenant of the connection
     * @param socket that heard it
     */
    void on(Heard.Event event, NamespaceSocket socket, String tenant, Inbox inbox) {
        switch (event.name()) {
            case "room:join" -> join(event, socket, tenant, inbox);
            case "room:leave" -> leave(event, socket, tenant, inbox);
            case "room:send" -> send(event, socket, tenant, inbox);
            case "query:presence" -> queryPresence(event, socket, tenant, inbox);
            case "query:rooms" -> queryRooms(event, socket, inbox);
            case "presence:status" -> status(event, socket, tenant, inbox);
            case "presence:heartbeat" -> heartbeat(event, socket, tenant, inbox);
            default -> ack(event, socket, Acks.failure(ErrorCode.UNKNOWN_EVENT.name()), inbox);
        }
    }

    /** Faster than allowed: answered all the same, since a client's promise would wait for ever. */
    static void limited(Heard.Event event, NamespaceSocket socket, Inbox inbox) {
        String error = ErrorCode.RATE_LIMIT_EXCEEDED.name();
        byte[] answer = switch (event.name()) {
            case "query:presence" -> Acks.noPresence(error);
            case "query:rooms" -> Acks.noRooms(error);
            default -> Acks.failure(error);
        };
        ack(event, socket, answer, inbox);
    }

    private static void ack(Heard.Event event, NamespaceSocket socket, byte[] answer, Inbox inbox) {
        if (event.ackId() != Packets.NO_ACK) inbox.answer(Packets.ack(socket.namespace, event.ackId(), answer));
    }

    private RoomSpelling.@Nullable Meant meant(Heard.Event event, NamespaceSocket socket, String tenant) {
        return RoomSpelling.meant(
                parts.realms(),
                tenant,
                socket.namespace,
                event.first().string("room"),
                parts.config().names());
    }

    private static void failed(Heard.Event event, NamespaceSocket socket, byte[] answer, ErrorCode code, Inbox inbox) {
        inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
        ack(event, socket, answer, inbox);
        inbox.answer(ServerEvents.error(socket.namespace, code));
    }

    // ---- rooms

    private void join(Heard.Event event, NamespaceSocket socket, String tenant, Inbox inbox) {
        RoomSpelling.Meant meant = meant(event, socket, tenant);
        Slice metadata = event.first().value("metadata");
        boolean tooLong =
                metadata != null && metadata.length() > parts.config().rooms().maxMetadataBytes();
        if (meant == null || tooLong) {
            failed(event, socket, Acks.failure(ErrorCode.INTERNAL), ErrorCode.ROOM_JOIN_FAILED, inbox);
            return;
        }
        RoomPlace known = socket.place(meant.room());
        if (known == null && socket.places() >= parts.config().rooms().perConnection()) {
            inbox.rejected(Inbox.Rejected.TOO_MANY_ROOMS);
            ack(event, socket, Acks.failure(ErrorCode.ofJoin(Problem.TOO_MANY_ROOMS)), inbox);
            return;
        }
        // Who is in the room already has what it would be shown.
        JoinReplay replay = JoinReplay.of(event.first(), event.first().object("metadata"));
        boolean again = known != null && replay.kind() == JoinReplay.Kind.USUAL;
        String name = String.valueOf(event.first().string("room"));
        RoomPlace place = socket.join(meant, name);
        Position after = again ? null : replay.after(meant.room());
        int history = again ? 0 : replay.historyLimit(parts.config().persistence());
        socket.unanswered().asked(JOIN, name);
        inbox.ask(
                new Command.Join(
                        meant.room(),
                        new JoinOptions(socket.variant(place.spelling).number(), false, false, history, after)),
                TagText.of(
                        JOIN,
                        socket.sid,
                        event.ackId(),
                        name,
                        again ? "" : replay.text(),
                        metadata == null ? "" : metadata.raw()));
    }

    private void leave(Heard.Event event, NamespaceSocket socket, String tenant, Inbox inbox) {
        RoomSpelling.Meant meant = meant(event, socket, tenant);
        if (meant == null) {
            failed(event, socket, Acks.failure(ErrorCode.INTERNAL), ErrorCode.ROOM_LEAVE_FAILED, inbox);
            return;
        }
        String name = String.valueOf(event.first().string("room"));
        socket.unanswered().asked(LEAVE, name);
        inbox.ask(new Command.Leave(meant.room()), TagText.of(LEAVE, socket.sid, event.ackId(), name));
    }

    // ---- messages

    private void send(Heard.Event event, NamespaceSocket socket, String tenant, Inbox inbox) {
        RoomSpelling.Meant meant = meant(event, socket, tenant);
        String key = event.first().string("idempotencyKey");
        if (meant == null || (key != null && key.length() > Draft.MAX_IDEMPOTENCY_KEY_CHARS)) {
            failed(event, socket, Acks.failure(ErrorCode.INTERNAL), ErrorCode.MESSAGE_SEND_FAILED, inbox);
            return;
        }
        Slice sent = event.first().value("payload");
        boolean persistent = event.first().isTrue("persistent")
                && parts.config().persistence().enabled();
        Payload payload = Payload.of(sent, event.attachments(), persistent);
        Change post = new Change.Post(parts.messageIds().get(), Payload.text(sent), null, null, payload.body());
        inbox.ask(
                new Command.Publish(meant.room(), post, key == null || key.isEmpty() ? null : key),
                TagText.of(SEND, socket.sid, event.ackId(), persistent ? PERSISTENT : ""));
    }

    // ---- questions

    private void queryPresence(Heard.Event event, NamespaceSocket socket, String tenant, Inbox inbox) {
        RoomSpelling.Meant meant = meant(event, socket, tenant);
        if (meant == null || event.ackId() == Packets.NO_ACK) {
            ack(event, socket, Acks.noPresence(ErrorCode.NOT_IN_ROOM.name()), inbox);
            return;
        }
        inbox.ask(new Command.ReadPresence(meant.room()), TagText.of(QUERY, socket.sid, event.ackId()));
    }

    /** Behind the joins and leaves that the client asked for before. */
    private static void queryRooms(Heard.Event event, NamespaceSocket socket, Inbox inbox) {
        if (event.ackId() == Packets.NO_ACK) return;
        if (socket.unanswered().isEmpty()) ack(event, socket, roomsOf(socket), inbox);
        else if (!socket.unanswered().await(event.ackId()))
            ack(event, socket, Acks.noRooms(ErrorCode.ofJoin(Problem.BUSY)), inbox);
    }

    /** A room has answered: perhaps a question waited for that alone. */
    static void answerDue(NamespaceSocket socket, Inbox inbox) {
        for (long ackId : socket.unanswered().takeDue())
            inbox.answer(Packets.ack(socket.namespace, ackId, roomsOf(socket)));
    }

    private static byte[] roomsOf(NamespaceSocket socket) {
        return Acks.rooms(socket.inside().stream()
                .map(place -> place.spelling.of(place.room))
                .toList());
    }

    // ---- presence

    private void status(Heard.Event event, NamespaceSocket socket, String tenant, Inbox inbox) {
        String word = event.first().string("status");
        Slice metadata = event.first().value("metadata");
        Status chosen = word == null || !STATUSES.contains(word)
                ? null
                : new Status(word, StatusNote.merged(socket.status().note(), metadata));
        if (chosen == null || !chosen.isWellFormed()) {
            failed(
                    event,
                    socket,
                    Acks.failure(ErrorCode.PRESENCE_UPDATE_FAILED.name()),
                    ErrorCode.PRESENCE_UPDATE_FAILED,
                    inbox);
            return;
        }
        show(event, chosen, socket, tenant, inbox);
    }

    /** What says another status than before is a change of it; all else only says that somebody is there. */
    private void heartbeat(Heard.Event event, NamespaceSocket socket, String tenant, Inbox inbox) {
        String word = event.first().string("status");
        if (word == null
                || !STATUSES.contains(word)
                || word.equals(socket.status().word())) ack(event, socket, Acks.SUCCESS, inbox);
        else show(event, new Status(word, socket.status().note()), socket, tenant, inbox);
    }

    /** In every room; the answer of the last one answers the client. */
    private void show(Heard.Event event, Status chosen, NamespaceSocket socket, String tenant, Inbox inbox) {
        parts.meter().add(Metric.PRESENCE_UPDATES, 1, tenant, chosen.word());
        parts.meter().move(Metric.ACTIVE_PRESENCE, -1, tenant, socket.status().word());
        parts.meter().move(Metric.ACTIVE_PRESENCE, 1, tenant, chosen.word());
        socket.show(chosen);
        List<RoomPlace> rooms = socket.inside();
        if (rooms.isEmpty()) ack(event, socket, Acks.SUCCESS, inbox);
        for (int i = 0; i < rooms.size(); i++) {
            boolean last = i == rooms.size() - 1;
            Tag tag = last ? TagText.of(STATUS, socket.sid, event.ackId()) : Tag.of(QUIET);
            inbox.ask(show(rooms.get(i).room, chosen), tag);
        }
    }

    static Command show(RoomId room, Status chosen) {
        return new Command.SetStatus(room, chosen.word(), chosen.note());
    }
}
