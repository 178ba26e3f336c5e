package earshot.core.message;

/**
 * A user in a voice room.
 *
 * @param muted whether nobody hears them now, by their own wish or the server's
 */
public record VoiceParticipant(Profile user, boolean muted) {}
