package earshot.dialect.summit;

import earshot.core.message.CloseReason;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import earshot.dialect.JsonBytes;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** One connection of the official suite: {@code auth} on connecting, {@code message} and {@code message-with-ack} are sent back. */
final class FixtureConversation implements Conversation {
    private static final Set<String> NAMESPACES = Set.of("/", "/custom");

    private final Supplier<String> secrets;
    private final PacketDecoder decoder = new PacketDecoder(1_000_000);
    private final Set<String> joined = new HashSet<>();

    FixtureConversation(Supplier<String> secrets) {
        this.secrets = secrets;
    }

    @Override
    public void opened(Inbox inbox) {}

    @Override
    public void decode(Frame frame, Inbox inbox) {
        switch (decoder.next(frame)) {
            case Heard.Connect connect -> onConnect(connect, inbox);
            case Heard.Disconnect disconnect -> {
                if (!joined.remove(disconnect.namespace())) inbox.close(CloseReason.PROTOCOL_ERROR);
            }
            case Heard.Event event -> onEvent(event, inbox);
            case Heard.Ack ack -> {
                if (!joined.contains(ack.namespace())) inbox.close(CloseReason.PROTOCOL_ERROR);
            }
            case Heard.Incomplete _ -> {}
            case Heard.Malformed _, Heard.TooBig _ -> inbox.close(CloseReason.PROTOCOL_ERROR);
        }
    }

    private void onConnect(Heard.Connect connect, Inbox inbox) {
        String namespace = connect.namespace();
        if (!NAMESPACES.contains(namespace)) {
            inbox.answer(Packets.invalidNamespace(namespace));
            return;
        }
        if (!joined.add(namespace)) {
            inbox.close(CloseReason.PROTOCOL_ERROR);
            return;
        }
        if (joined.size() == 1) inbox.identify(null, "", Set.of(), "");
        inbox.answer(Packets.connected(namespace, secrets.get(), ""));
        inbox.answer(Packets.event(namespace, "auth", auth(connect.auth()), new byte[0]));
    }

    private static byte[] auth(Members members) {
        JsonBytes json = new JsonBytes(64).raw('{');
        members.forEach((name, value) -> {
            if (json.length() > 1) json.raw(',');
            json.string(name).raw(':').raw(value.bytes());
        });
        return json.raw('}').done();
    }

    private void onEvent(Heard.Event event, Inbox inbox) {
        if (!joined.contains(event.namespace())) {
            inbox.close(CloseReason.PROTOCOL_ERROR);
            return;
        }
        if (!event.namespace().equals(Packets.MAIN)) return;
        if (event.name().equals("message")) {
            JsonBytes json = Packets.startEvent(
                    event.namespace(), Packets.NO_ACK, event.attachments().size(), 64);
            arguments(json.raw("[\"message-back\""), event.arguments(), true);
            inbox.answer(Packets.message(json.raw(']'), event.attachments()));
        } else if (event.name().equals("message-with-ack") && event.ackId() != Packets.NO_ACK) {
            JsonBytes json = Packets.startAck(
                    event.namespace(), event.ackId(), event.attachments().size(), 64);
            arguments(json.raw('['), event.arguments(), false);
            inbox.answer(Packets.message(json.raw(']'), event.attachments()));
        }
    }

    private static void arguments(JsonBytes json, List<Slice> arguments, boolean behind) {
        boolean comma = behind;
        for (Slice argument : arguments) {
            if (comma) json.raw(',');
            comma = true;
            json.raw(argument.bytes());
        }
    }

    @Override
    public void onReply(Tag tag, Reply reply, Inbox inbox) {}

    @Override
    public int variant() {
        return 0;
    }

    @Override
    public void fault(Inbox inbox) {
        inbox.close(CloseReason.FAULT);
    }

    @Override
    public void freeze(DataOutput out) throws IOException {
        throw new IOException("a fixture is never frozen");
    }
}
