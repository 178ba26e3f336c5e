package earshot.dialect.graphwiz;

import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.MessageType;

/** The numbers of message types: those of the schema, and what is between them. */
final class Types {
    static final int CLIENT_HELLO = MessageType.CLIENT_HELLO_VALUE;
    static final int SERVER_HELLO = MessageType.SERVER_HELLO_VALUE;
    static final int POSITION = MessageType.POSITION_UPDATE_VALUE;
    static final int VOICE = MessageType.VOICE_DATA_VALUE;
    static final int SPAWN = MessageType.ENTITY_SPAWN_VALUE;
    static final int UPDATE = MessageType.ENTITY_UPDATE_VALUE;
    static final int DESPAWN = MessageType.ENTITY_DESPAWN_VALUE;
    static final int CHAT = MessageType.CHAT_MESSAGE_VALUE;
    static final int EMOJI = MessageType.EMOJI_REACTION_VALUE;
    static final int GRAB = MessageType.OBJECT_GRAB_VALUE;
    static final int RELEASE = MessageType.OBJECT_RELEASE_VALUE;
    static final int JOIN = MessageType.PRESENCE_JOIN_VALUE;
    static final int LEAVE = MessageType.PRESENCE_LEAVE_VALUE;
    static final int PRESENCE = MessageType.PRESENCE_UPDATE_VALUE;
    static final int KICKED = MessageType.PLAYER_KICKED_VALUE;
    static final int MUTED = MessageType.PLAYER_MUTED_VALUE;
    static final int LOCKED = MessageType.ROOM_LOCKED_VALUE;
    static final int KICK = MessageType.KICK_PLAYER_VALUE;
    static final int MUTE = MessageType.MUTE_PLAYER_VALUE;
    static final int LOCK = MessageType.LOCK_ROOM_VALUE;
    static final int ACK = MessageType.ACK_VALUE;
    static final int ERROR = MessageType.ERROR_VALUE;

    /** Products' own (DECISIONS 20). */
    private static final int CUSTOM_FROM = 100;

    private static final int CUSTOM_TO = 199;

    /** The original client's keep-alive; also the greatest number that a hub frame can carry. */
    static final int PING = 255;

    private Types() {}

    static boolean isCustom(int type) {
        return type >= CUSTOM_FROM && type <= CUSTOM_TO;
    }

    /** What a message is by its payload, as the original's dispatcher has it; its own word where it has none that we know. 0: nothing. */
    static int of(Message message) {
        return switch (message.getPayloadCase()) {
            case CLIENT_HELLO -> CLIENT_HELLO;
            case SERVER_HELLO -> SERVER_HELLO;
            case POSITION_UPDATE -> POSITION;
            case VOICE_DATA -> VOICE;
            case ENTITY_SPAWN -> SPAWN;
            case ENTITY_UPDATE -> UPDATE;
            case ENTITY_DESPAWN -> DESPAWN;
            case CHAT_MESSAGE -> CHAT;
            case EMOJI_REACTION -> EMOJI;
            case OBJECT_GRAB -> GRAB;
            case OBJECT_RELEASE -> RELEASE;
            case PRESENCE_EVENT -> ofPresence(message);
            case PLAYER_KICKED -> KICKED;
            case PLAYER_MUTED -> MUTED;
            case ROOM_LOCKED -> LOCKED;
            case KICK_PLAYER -> KICK;
            case MUTE_PLAYER -> MUTE;
            case LOCK_ROOM -> LOCK;
            case ACK -> ACK;
            case ERROR -> ERROR;
            case CUSTOM, PAYLOAD_NOT_SET -> message.getTypeValue();
        };
    }

    private static int ofPresence(Message message) {
        return switch (message.getPresenceEvent().getEventType()) {
            case JOIN -> JOIN;
            case LEAVE -> LEAVE;
            case UPDATE, UNRECOGNIZED -> PRESENCE;
        };
    }

    /** Whether a type of the schema needs a payload, so that without one it is malformed. */
    static boolean isOfSchema(int type) {
        return MessageType.forNumber(type) != null;
    }

    /** As text clients read it. */
    static String name(int type) {
        MessageType known = MessageType.forNumber(type);
        return known == null ? "TYPE_" + type : known.name();
    }
}
