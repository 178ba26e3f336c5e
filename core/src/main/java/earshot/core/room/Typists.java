package earshot.core.room;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.time.Clock;
import earshot.core.time.Deadlines;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who types in one room. Confined to the room's loop. One deadline for all of them: expiry is the same for everybody, so whoever typed last
 * expires last. Nothing is held while nobody types.
 */
final class Typists {
    /** Where receivers expire typists themselves, this is how long a stop is still owed to them. */
    private static final long FORGET_MILLIS = 60_000;

    /** Where typing is told. */
    interface Telling {
        void tell(Event.Typing event, Audience audience);

        /** @param outcome started, repeated, debounced, stopped or expired */
        void count(String outcome);
    }

    private final RoomId room;
    private final RoomRules rules;
    private final Clock clock;
    private final Deadlines deadlines;
    private final Telling telling;
    private @Nullable Map<UserId, Typist> typists;
    private Deadlines.@Nullable Deadline expiry;

    /** @param session null: the server said it for the user */
    private record Typist(
            Profile user,
            @Nullable SessionId session,
            @Nullable String replyTo,
            long toldNanos,
            long untilNanos) {}

    Typists(RoomId room, RoomRules rules, Clock clock, Deadlines deadlines, Telling telling) {
        this.room = room;
        this.rules = rules;
        this.clock = clock;
        this.deadlines = deadlines;
        this.telling = telling;
    }

    void onTyping(Profile user, @Nullable SessionId session, @Nullable String replyTo) {
        Typist known = typists == null ? null : typists.get(user.user());
        if (known != null && !Objects.equals(known.replyTo, replyTo)) {
            stop(known, "stopped");
            known = null;
        }
        long now = clock.nanos();
        boolean due = known == null || now - known.toldNanos >= rules.typingDebounceMillis() * 1_000_000;
        put(new Typist(user, session, replyTo, due || known == null ? now : known.toldNanos, now + rememberNanos()));
        if (!due) {
            telling.count("debounced");
            return;
        }
        telling.count(known == null ? "started" : "repeated");
        telling.tell(new Event.Typing(room, user, true, known != null, replyTo), audience(user.user(), session));
    }

    /** Nothing happens when the user does not type, or types in another session since. */
    void onStopped(UserId user, @Nullable SessionId session) {
        Typist known = typists == null ? null : typists.get(user);
        if (known != null && (session == null || Objects.equals(known.session, session))) stop(known, "stopped");
    }

    void close() {
        typists = null;
        if (expiry != null) expiry.cancel();
    }

    private void put(Typist typist) {
        if (typists == null) typists = new LinkedHashMap<>(4);
        typists.remove(typist.user.user());
        typists.put(typist.user.user(), typist);
        if (expiry == null) expiry = deadlines.at(typist.untilNanos, this::onExpiry);
    }

    private void onExpiry() {
        expiry = null;
        if (typists == null) return;
        long now = clock.nanos();
        while (typists != null && !typists.isEmpty()) {
            Iterator<Typist> oldestFirst = typists.values().iterator();
            Typist oldest = oldestFirst.next();
            if (oldest.untilNanos - now > 0) {
                expiry = deadlines.at(oldest.untilNanos, this::onExpiry);
                return;
            }
            if (rules.typingExpiryMillis() > 0) stop(oldest, "expired");
            else remove(oldest);
        }
    }

    private void stop(Typist typist, String outcome) {
        remove(typist);
        telling.count(outcome);
        telling.tell(
                new Event.Typing(room, typist.user, false, false, typist.replyTo),
                audience(typist.user.user(), typist.session));
    }

    private void remove(Typist typist) {
        if (typists == null) return;
        typists.remove(typist.user.user());
        if (!typists.isEmpty()) return;
        typists = null;
        if (expiry != null) expiry.cancel();
        expiry = null;
    }

    private Audience audience(UserId user, @Nullable SessionId session) {
        return rules.typingToOwnSessions() && session != null
                ? new Audience.AllButSession(session)
                : new Audience.AllButUser(user);
    }

    private long rememberNanos() {
        long millis = rules.typingExpiryMillis() > 0 ? rules.typingExpiryMillis() : FORGET_MILLIS;
        return millis * 1_000_000;
    }
}
