package earshot.core.voice;

import java.time.Duration;

/**
 * @param perRoom participants of one room
 * @param perNode participants of all rooms that live on this node; each costs its media engine an encoder
 * @param candidatesWaiting candidates of one client that wait for its answer
 * @param sdpChars length of an answer
 * @param grace how long a user whose session was lost stays
 * @param answerWithin how long an offer may go unanswered
 * @param offerWithin how long the media engine has for an offer
 * @param engineGrace how long participants stay while the media engine is away
 */
public record VoiceLimits(
        int perRoom,
        int perNode,
        int candidatesWaiting,
        int sdpChars,
        Duration grace,
        Duration answerWithin,
        Duration offerWithin,
        Duration engineGrace) {
    public static final VoiceLimits DEFAULT = new VoiceLimits(
            25,
            1000,
            64,
            65_536,
            Duration.ofSeconds(12),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));
}
