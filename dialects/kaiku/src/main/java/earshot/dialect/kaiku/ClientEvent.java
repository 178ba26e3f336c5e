package earshot.dialect.kaiku;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a client says, understood. */
sealed interface ClientEvent {
    record Ping() implements ClientEvent {}

    /** @param events which of the channel's events it wants, as {@link EventType#bit bits}; null: all */
    record Subscribe(UUID channel, @Nullable Long events) implements ClientEvent {}

    record Unsubscribe(UUID channel) implements ClientEvent {}

    record Typing(UUID channel, boolean on) implements ClientEvent {}

    record VoiceJoin(UUID channel) implements ClientEvent {}

    record VoiceLeave(UUID channel) implements ClientEvent {}

    record VoiceAnswer(UUID channel, String sdp) implements ClientEvent {}

    /** @param candidate empty: there are no more */
    record VoiceCandidate(
            UUID channel, String candidate, @Nullable String sdpMid, int sdpMLineIndex) implements ClientEvent {}

    record VoiceMute(UUID channel, boolean muted) implements ClientEvent {}

    record SetStatus(ChosenStatus status) implements ClientEvent {}

    /** @param kind RICH_PRESENCE_UPDATE or CUSTOM_STATUS_UPDATE */
    record Show(EventType kind, @Nullable String json) implements ClientEvent {}

    /** Known, of no use here, and no error: {@code voice_stats}, stops of what cannot be started. */
    record Passed() implements ClientEvent {}

    /** Known, and not offered here. */
    record Unsupported(ErrorCode code) implements ClientEvent {}

    /** @param detail a sentence of ours for people */
    record Wrong(String detail) implements ClientEvent {}
}
