package earshot.dialect.summit;

import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.session.Gathering;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Events of a product's own on their way to sockets, and the acks that come back. One per node; thread-safe. As in the reference an event has one ack id for
 * all sockets, so that all hear the same bytes; ids are of this node and never come again.
 */
final class Emissions {
    private final AtomicLong ackIds = new AtomicLong();

    private record Rendered(long ackId, List<Frame> message) {}

    /** Says it, if it is for this socket, and to the gathering what became of it. */
    void tell(Gathering gathering, NamespaceSocket socket, Identity who, Inbox inbox) {
        Emission emission = gathering.emission();
        Rendered rendered = gathering.rendered().get(SummitDialect.NAME, Rendered.class, () -> render(emission));
        boolean isFor = emission.reach().includes(who.tenant(), who.user().user(), insideOf(socket));
        if (!isFor || rendered.message().isEmpty() || (emission.spare() && !inbox.isWritable())) {
            gathering.passedOver();
            return;
        }
        if (rendered.ackId() != Packets.NO_ACK && socket.owed().add(rendered.ackId(), gathering)) gathering.asked();
        else gathering.told();
        inbox.answer(rendered.message());
    }

    private static Set<RoomId> insideOf(NamespaceSocket socket) {
        Set<RoomId> inside = new HashSet<>();
        for (RoomPlace place : socket.inside()) inside.add(place.room);
        return inside;
    }

    private Rendered render(Emission emission) {
        long ackId = emission.wantsAnswers() ? ackIds.incrementAndGet() : Packets.NO_ACK;
        byte[] args = emission.payload().getBytes(StandardCharsets.UTF_8);
        return new Rendered(ackId, ServerEvents.emitted(emission.place(), ackId, args));
    }

    /** An answer to something that was never asked, or was asked too long ago, does no harm. */
    static void onAck(Heard.Ack ack, NamespaceSocket socket, SessionId session, Identity who) {
        Gathering gathering = socket.owed().take(ack.ackId());
        if (gathering == null || gathering.isOver()) return;
        if (length(ack) > Gathering.MAX_SAID_CHARS) gathering.answeredTooLong();
        else gathering.answered(new Emitted.Said(session, who.user().user(), text(ack, socket)));
    }

    private static long length(Heard.Ack ack) {
        long bytes = 0;
        for (Slice argument : ack.arguments()) bytes += argument.length();
        for (byte[] attachment : ack.attachments()) bytes += attachment.length;
        return bytes;
    }

    /** {@code {sid, args, attachments?}}: the arguments as they came, attachments in base64, which placeholders name by their number. */
    private static String text(Heard.Ack ack, NamespaceSocket socket) {
        JsonBytes json = new JsonBytes(128).raw("{\"sid\":").string(socket.sid).raw(",\"args\":[");
        boolean first = true;
        for (Slice argument : ack.arguments()) {
            if (!first) json.raw(',');
            first = false;
            json.raw(argument.source(), argument.from(), argument.to());
        }
        json.raw(']');
        if (!ack.attachments().isEmpty()) attachments(json, ack.attachments());
        return new String(json.raw('}').done(), StandardCharsets.UTF_8);
    }

    private static void attachments(JsonBytes json, List<byte[]> attachments) {
        json.raw(",\"attachments\":[");
        for (int i = 0; i < attachments.size(); i++) {
            if (i > 0) json.raw(',');
            json.string(Base64.getEncoder().encodeToString(attachments.get(i)));
        }
        json.raw(']');
    }
}
