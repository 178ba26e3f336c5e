package earshot.dialect.graphwiz;

import earshot.core.message.Lane;
import earshot.dialect.graphwiz.wire.Wire.ChatMessage;
import earshot.dialect.graphwiz.wire.Wire.ChatMessageType;
import java.util.Map;

/** What each type of message does: the table of protocols/graphwiz.md section 6.1. ClientHello and pings are the conversation's own. */
final class Handlers {
    private static final MessageHandler SURE = (heard, from) -> from.relay(heard, Lane.SURE, null, from.others());
    private static final MessageHandler SURE_AS_OWN = (heard, from) -> SURE.onMessage(from.asOwn(heard), from);
    private static final MessageHandler FOR_THE_SERVER_TO_SAY = (_, from) -> from.drop();

    private static final Map<Integer, MessageHandler> BY_TYPE = Map.ofEntries(
            Map.entry(Types.POSITION, Handlers::onPosition),
            Map.entry(Types.VOICE, Handlers::onVoice),
            Map.entry(Types.SPAWN, SURE),
            Map.entry(Types.UPDATE, SURE),
            Map.entry(Types.DESPAWN, SURE),
            Map.entry(Types.CHAT, Handlers::onChat),
            Map.entry(Types.EMOJI, SURE_AS_OWN),
            Map.entry(Types.GRAB, SURE_AS_OWN),
            Map.entry(Types.RELEASE, SURE_AS_OWN),
            // A client says nothing but what it is itself, whatever it calls it.
            Map.entry(Types.JOIN, SURE_AS_OWN),
            Map.entry(Types.LEAVE, SURE_AS_OWN),
            Map.entry(Types.PRESENCE, SURE_AS_OWN),
            Map.entry(Types.KICK, (heard, from) -> from.request(heard)),
            Map.entry(Types.MUTE, (heard, from) -> from.request(heard)),
            Map.entry(Types.LOCK, (heard, from) -> from.request(heard)),
            Map.entry(Types.ACK, (heard, from) -> from.acknowledged(heard)),
            Map.entry(Types.SERVER_HELLO, FOR_THE_SERVER_TO_SAY),
            Map.entry(Types.KICKED, FOR_THE_SERVER_TO_SAY),
            Map.entry(Types.MUTED, FOR_THE_SERVER_TO_SAY),
            Map.entry(Types.LOCKED, FOR_THE_SERVER_TO_SAY),
            Map.entry(Types.ERROR, FOR_THE_SERVER_TO_SAY));

    private Handlers() {}

    static void handle(Heard heard, Speaker from) {
        MessageHandler known = BY_TYPE.get(heard.type());
        if (known != null) known.onMessage(heard, from);
        else if (Types.isCustom(heard.type())) from.custom(heard);
        else SURE.onMessage(heard, from);
    }

    private static void onPosition(Heard heard, Speaker from) {
        String entity = heard.message().getPositionUpdate().getEntityId();
        from.relay(heard, Lane.LATEST, PoseKey.of(from.clientId(), entity), from.others());
    }

    /** Hub clients cannot say it: JSON has no bytes. */
    private static void onVoice(Heard heard, Speaker from) {
        if (heard.framing() != Framing.PROTOBUF) from.drop();
        else from.relay(from.asOwn(heard), Lane.SPARE, null, from.others());
    }

    private static void onChat(Heard heard, Speaker from) {
        ChatMessage chat = heard.message().getChatMessage();
        if (chat.getMessage().length() > from.maxChatChars())
            from.refuse(413, "Message too long (at most " + from.maxChatChars() + " characters)", heard);
        else if (isAddressed(chat)) from.request(from.asOwn(heard));
        else from.publish(from.asOwn(heard));
    }

    /** A whisper to nobody in particular is heard by all, as the original has it (DECISIONS 20). */
    private static boolean isAddressed(ChatMessage chat) {
        return chat.getType() == ChatMessageType.WHISPER
                && !chat.getToClientId().isEmpty();
    }
}
