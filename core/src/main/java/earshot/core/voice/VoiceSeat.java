package earshot.core.voice;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.VoiceWish;
import earshot.core.relay.Question;
import earshot.core.session.Session;

/** A session of this node in a voice room, on whatever node that lives. Thread-safe. */
final class VoiceSeat {
    static final long NOWHERE = 0;

    final Session session;
    final Profile user;
    final RoomId room;
    private final Voice.Terms terms;
    /** The node where the room lives, as far as is known; {@link #NOWHERE} while joining. */
    volatile long place = NOWHERE;

    volatile boolean muted;
    /** That node is gone, and another one is looked for. */
    volatile boolean comesBack;

    volatile long lostNanos;

    VoiceSeat(Session session, Profile user, RoomId room, Voice.Terms terms) {
        this.session = session;
        this.user = user;
        this.room = room;
        this.terms = terms;
    }

    /** The same seat of another session of the user. */
    VoiceSeat of(Session other) {
        var seat = new VoiceSeat(other, user, room, terms);
        seat.place = place;
        seat.muted = muted;
        return seat;
    }

    VoiceWish.Join join(boolean again) {
        return new VoiceWish.Join(terms.maySpeak(), terms.places(), again, muted);
    }

    Question.Voice question(VoiceWish wish) {
        return new Question.Voice(room, session.id(), user, wish);
    }
}
