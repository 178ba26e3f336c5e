package earshot.dialect.graphwiz;

import earshot.core.message.Audience;
import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import earshot.dialect.graphwiz.wire.Wire.Error;
import org.jspecify.annotations.Nullable;

/** One call of a conversation, with what it may say and ask. For that call only. */
record Said(
        GraphwizDialect.Parts parts,
        Inbox inbox,
        Session session,
        RoomId room,
        Identity identity,
        @Nullable Framing framing,
        Pace pace,
        @Nullable Deliveries deliveries)
        implements Speaker {
    private static final int TEXT_KIND = 0;
    private static final char BETWEEN = ':';

    @Override
    public String clientId() {
        return identity.clientId();
    }

    @Override
    public Heard asOwn(Heard heard) {
        return Own.said(heard, identity);
    }

    Heard named(Heard heard) {
        return Own.named(heard, parts.ids(), parts.clock().millis());
    }

    @Override
    public Audience others() {
        return new Audience.AllButSession(session.id());
    }

    @Override
    public int maxChatChars() {
        return parts.config().sizes().maxChatChars();
    }

    // --- to the room

    @Override
    public void relay(Heard heard, Lane lane, @Nullable String key, Audience to) {
        tell(heard.type(), packet(heard), lane, key, to, tag(heard, lane));
    }

    /** Text that is nothing of ours: for those who read text, or have not said what they read. */
    void relayText(byte[] utf8) {
        var packet = new Packet(
                Framing.TEXT,
                clientId(),
                "",
                parts.clock().millis(),
                parts.clock().nanos(),
                utf8);
        tell(TEXT_KIND, packet, Lane.SURE, null, others(), Tag.of(GraphwizConversation.QUIET));
    }

    @Override
    public void request(Heard heard) {
        relay(heard, Lane.SURE, null, new Audience.OneSession(session.id()));
    }

    @Override
    public void custom(Heard heard) {
        Profile user = session.user();
        byte[] payload = heard.message().getCustom().toByteArray();
        if (user != null) parts.custom().onCustom(room, user, heard.type(), payload);
        relay(heard, Lane.SURE, null, others());
    }

    private void tell(int type, Packet packet, Lane lane, @Nullable String key, Audience to, Tag tag) {
        var event = new Event.Relayed(room, GraphwizDialect.NAME, lane, key, type, packet.bytes());
        inbox.ask(new Command.Relay(room, event, to), tag);
    }

    private Packet packet(Heard heard) {
        return new Packet(
                heard.framing(),
                clientId(),
                heard.message().getMessageId(),
                heard.message().getTimestamp(),
                parts.clock().nanos(),
                heard.raw());
    }

    @Override
    public void publish(Heard heard) {
        var chat = heard.message().getChatMessage();
        var body = new Body(GraphwizDialect.NAME, Words.mediaType(heard.framing()), heard.raw());
        var post = new Change.Post(parts.ids().get(), chat.getMessage(), null, null, body);
        String once = deliveries == null ? null : heard.message().getMessageId();
        inbox.ask(new Command.Publish(room, post, once), tag(heard, Lane.KEPT));
    }

    private Tag tag(Heard heard, Lane lane) {
        if (lane == Lane.LATEST || lane == Lane.SPARE) return Tag.of(GraphwizConversation.QUIET);
        return new Tag(
                GraphwizConversation.SAID,
                parts.clock().nanos()
                        + String.valueOf(BETWEEN)
                        + heard.message().getMessageId());
    }

    /** @param asked what {@link #tag} wrote */
    void onAnswered(String asked, Reply reply) {
        String id = asked.substring(asked.indexOf(BETWEEN) + 1);
        switch (reply) {
            case Reply.Accepted _ -> {
                parts.numbers().latency(parts.clock().nanos() - startOf(asked));
                acknowledge(id);
            }
            case Reply.Done _ -> acknowledge(id);
            case Reply.Refused refused ->
                refuse(Refusals.code(refused.problem()), Refusals.text(refused.problem()), id);
            case Reply.Joined _, Reply.History _, Reply.Here _ -> {}
        }
    }

    private static long startOf(String asked) {
        int between = asked.indexOf(BETWEEN);
        return between <= 0 ? 0 : Long.parseLong(asked, 0, between, 10);
    }

    // --- to the client

    private void acknowledge(String id) {
        if (deliveries == null || id.isEmpty()) return;
        var ack = Codec.begin(Types.ACK, parts.ids().get(), parts.clock().millis());
        ack.getAckBuilder().addMessageIds(id);
        answer(Codec.frame(language(), Types.ACK, ack.build()));
    }

    @Override
    public void acknowledged(Heard heard) {
        if (deliveries == null) return;
        heard.message().getAck().getMessageIdsList().forEach(deliveries::acknowledged);
    }

    void sayAgain(long now) {
        if (deliveries == null) return;
        if (deliveries.isOverflown()) {
            inbox.close(CloseReason.SLOW_READER);
            return;
        }
        int givenUp = deliveries.sayAgain(now, parts.words(), Variant.of(framing), inbox::answer);
        if (givenUp > 0) parts.numbers().undelivered(givenUp);
    }

    @Override
    public void refuse(int code, String text, Heard heard) {
        refuse(code, text, heard.message().getMessageId());
    }

    void refuse(int code, String text, String about) {
        if (!pace.mayComplain(parts.clock().nanos())) return;
        var error = Codec.begin(Types.ERROR, parts.ids().get(), parts.clock().millis());
        error.setError(Error.newBuilder().setCode(code).setMessage(text).setRefMessageId(about));
        answer(Codec.frame(language(), Types.ERROR, error.build()));
    }

    private Framing language() {
        return framing == null ? Framing.TEXT : framing;
    }

    private void answer(@Nullable Frame frame) {
        if (frame != null) inbox.answer(frame);
    }

    @Override
    public void drop() {
        inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
        parts.numbers().messageError();
    }
}
