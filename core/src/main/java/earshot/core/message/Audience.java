package earshot.core.message;

/**
 * Who of a room's members hears an event. Members whose dialect asked for a test of its own ({@link JoinOptions#filtered()}) are asked in
 * addition, so that only rooms which need a test pay for it.
 */
public sealed interface Audience {
    Audience ALL = new All();

    record All() implements Audience {}

    record AllButSession(SessionId session) implements Audience {}

    record AllButUser(UserId user) implements Audience {}

    record OneSession(SessionId session) implements Audience {}

    record OneUser(UserId user) implements Audience {}
}
