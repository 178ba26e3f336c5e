package earshot.dialect.kaiku;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server says, by the name on the wire: the seed's list, and what the current original has beyond it (protocols/kaiku.md sections 4 and 5.2).
 * New ones are added at the end.
 */
enum EventType {
    /** None of ours; passed on as it is. */
    OTHER(0, ""),
    READY(1, "ready"),
    PONG(2, "pong"),
    SUBSCRIBED(3, "subscribed"),
    UNSUBSCRIBED(4, "unsubscribed"),
    MESSAGE_NEW(5, "message_new"),
    MESSAGE_EDIT(6, "message_edit"),
    MESSAGE_DELETE(7, "message_delete"),
    TYPING_START(8, "typing_start"),
    TYPING_STOP(9, "typing_stop"),
    PRESENCE_UPDATE(10, "presence_update"),
    ERROR(11, "error"),
    VOICE_OFFER(12, "voice_offer"),
    VOICE_ICE_CANDIDATE(13, "voice_ice_candidate"),
    VOICE_USER_JOINED(14, "voice_user_joined"),
    VOICE_USER_LEFT(15, "voice_user_left"),
    VOICE_USER_MUTED(16, "voice_user_muted"),
    VOICE_USER_UNMUTED(17, "voice_user_unmuted"),
    VOICE_ROOM_STATE(18, "voice_room_state"),
    VOICE_ERROR(19, "voice_error"),
    INCOMING_CALL(20, "incoming_call"),
    CALL_STARTED(21, "call_started"),
    CALL_ENDED(22, "call_ended"),
    CALL_PARTICIPANT_JOINED(23, "call_participant_joined"),
    CALL_PARTICIPANT_LEFT(24, "call_participant_left"),
    CALL_DECLINED(25, "call_declined"),
    REACTION_ADD(26, "reaction_add"),
    REACTION_REMOVE(27, "reaction_remove"),
    CHANNEL_PIN_ADDED(28, "channel_pin_added"),
    CHANNEL_PIN_REMOVED(29, "channel_pin_removed"),
    VOICE_USER_STATS(30, "voice_user_stats"),
    RICH_PRESENCE_UPDATE(31, "rich_presence_update"),
    CUSTOM_STATUS_UPDATE(32, "custom_status_update"),
    THREAD_REPLY_NEW(33, "thread_reply_new"),
    THREAD_REPLY_DELETE(34, "thread_reply_delete"),
    DM_NAME_UPDATED(35, "dm_name_updated"),
    PATCH(36, "patch");

    private static final EventType[] ALL = values();
    private static final Map<String, EventType> BY_WORD = new HashMap<>();

    static {
        for (EventType type : ALL) BY_WORD.put(type.word, type);
        BY_WORD.remove("");
    }

    private final int code;
    private final String word;

    EventType(int code, String word) {
        this.code = code;
        this.word = word;
    }

    String word() {
        return word;
    }

    /** A bit of a set of these. */
    long bit() {
        return 1L << code;
    }

    /** Passes between nodes: it stays what it is. */
    int code() {
        return code;
    }

    /** What another node called so; {@link #OTHER} when it is newer than this one. */
    static EventType ofCode(int code) {
        return code > 0 && code < ALL.length ? ALL[code] : OTHER;
    }

    static @Nullable EventType of(String word) {
        return BY_WORD.get(word);
    }
}
