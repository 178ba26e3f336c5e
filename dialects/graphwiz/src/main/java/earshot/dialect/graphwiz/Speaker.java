package earshot.dialect.graphwiz;

import earshot.core.message.Audience;
import earshot.core.message.Lane;
import org.jspecify.annotations.Nullable;

/** The client that said something, as a {@link MessageHandler} sees it: what may be done with what it said. */
interface Speaker {
    String clientId();

    /** The same message, said by this client: an author that is somebody else is put right (protocols/graphwiz.md section 6.2). */
    Heard asOwn(Heard heard);

    /**
     * Tells the room.
     *
     * @param key for {@link Lane#LATEST}: what the newest replaces; null on other lanes
     */
    void relay(Heard heard, Lane lane, @Nullable String key, Audience to);

    /** Everybody but this connection. */
    Audience others();

    /** A chat message for everybody, also in the dialects that meet here. */
    void publish(Heard heard);

    /** Asks the room to decide: it tells, or refuses. */
    void request(Heard heard);

    /** The client has these messages. */
    void acknowledged(Heard heard);

    /** A product's own message. */
    void custom(Heard heard);

    /** Says no, at most once a second. */
    void refuse(int code, String text, Heard heard);

    /** It is not passed on, and counted. */
    void drop();

    int maxChatChars();
}
