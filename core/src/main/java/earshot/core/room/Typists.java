package earshot.core.room;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.time.Clock;
import earshot.core.time.Deadlines;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who types in one room. Confined to the room's loop. Nothing is held while nobody types.
 *
 * <p>A user who types on another node is remembered here too: when that node says no more, each node ends it for its own members.
 */
final class Typists {
    /** Where receivers expire typists themselves, this is how long a stop is still owed to them. */
    private static final long FORGET_MILLIS = 60_000;

    /** For another node's word to come: its own end of a typist should be here first. */
    private static final long ON_THE_WAY_MILLIS = 1000;

    /** Where typing is told. */
    interface Telling {
        /** To members on all nodes. */
        void decide(Event.Typing event, Audience audience);

        /** To members on this node: the others know by themselves. */
        void tell(Event.Typing event, Audience audience);

        /** @param outcome started, repeated, debounced, stopped or expired */
        void count(String outcome);
    }

    private final RoomId room;
    private final RoomRules rules;
    private final Clock clock;
    private final Deadlines deadlines;
    private final Telling telling;
    private final Line here;
    private final Line elsewhere;

    /** @param session null: the server said it for the user, or it is another node's */
    private record Typist(
            Profile user,
            @Nullable SessionId session,
            Audience audience,
            @Nullable String replyTo,
            long toldNanos,
            long untilNanos) {}

    Typists(RoomId room, RoomRules rules, Clock clock, Deadlines deadlines, Telling telling) {
        this.room = room;
        this.rules = rules;
        this.clock = clock;
        this.deadlines = deadlines;
        this.telling = telling;
        long millis = rules.typingExpiryMillis() > 0 ? rules.typingExpiryMillis() : FORGET_MILLIS;
        this.here = new Line(millis * 1_000_000);
        this.elsewhere = new Line((millis + rules.typingDebounceMillis() + ON_THE_WAY_MILLIS) * 1_000_000);
    }

    void onTyping(Profile user, @Nullable SessionId session, @Nullable String replyTo) {
        Typist known = find(user.user());
        if (known != null && !Objects.equals(known.replyTo, replyTo)) {
            stop(known);
            known = null;
        }
        long now = clock.nanos();
        boolean due = known == null || now - known.toldNanos >= rules.typingDebounceMillis() * 1_000_000;
        Audience audience = audience(user.user(), session);
        long told = due || known == null ? now : known.toldNanos;
        remove(user.user());
        here.put(new Typist(user, session, audience, replyTo, told, here.until(now)));
        if (!due) {
            telling.count("debounced");
            return;
        }
        telling.count(known == null ? "started" : "repeated");
        telling.decide(new Event.Typing(room, user, true, known != null, replyTo), audience);
    }

    /** Nothing happens when the user does not type, or types in another session since. */
    void onStopped(UserId user, @Nullable SessionId session) {
        Typist known = find(user);
        if (known != null && (session == null || Objects.equals(known.session, session))) stop(known);
    }

    /** Another node decided it. What it means is for this node to say: who is known to type here goes on, who is not begins. */
    void onElsewhere(Event.Typing event, Audience audience) {
        Profile user = event.user();
        Typist known = find(user.user());
        remove(user.user());
        if (event.on()) {
            long now = clock.nanos();
            elsewhere.put(new Typist(user, null, audience, event.replyTo(), now, elsewhere.until(now)));
            boolean repeated = known != null && Objects.equals(known.replyTo, event.replyTo());
            telling.tell(new Event.Typing(room, user, true, repeated, event.replyTo()), audience);
        } else if (known != null) {
            telling.tell(new Event.Typing(room, user, false, false, known.replyTo), audience);
        }
    }

    void close() {
        here.clear();
        elsewhere.clear();
    }

    private @Nullable Typist find(UserId user) {
        Typist known = here.find(user);
        return known != null ? known : elsewhere.find(user);
    }

    private void remove(UserId user) {
        here.remove(user);
        elsewhere.remove(user);
    }

    private void stop(Typist typist) {
        remove(typist.user.user());
        telling.count("stopped");
        telling.decide(stopped(typist), typist.audience);
    }

    private void onExpired(Typist typist, boolean ours) {
        if (rules.typingExpiryMillis() == 0) return;
        telling.count("expired");
        if (ours) telling.decide(stopped(typist), typist.audience);
        else telling.tell(stopped(typist), typist.audience);
    }

    private Event.Typing stopped(Typist typist) {
        return new Event.Typing(room, typist.user, false, false, typist.replyTo);
    }

    private Audience audience(UserId user, @Nullable SessionId session) {
        if (rules.typingToTypist()) return Audience.ALL;
        return rules.typingToOwnSessions() && session != null
                ? new Audience.AllButSession(session)
                : new Audience.AllButUser(user);
    }

    /** Typists with one expiry and one deadline: it is the same for everybody, so whoever typed last expires last. */
    private final class Line {
        private final long rememberNanos;
        private @Nullable Map<UserId, Typist> typists;
        private Deadlines.@Nullable Deadline expiry;

        Line(long rememberNanos) {
            this.rememberNanos = rememberNanos;
        }

        long until(long nowNanos) {
            return nowNanos + rememberNanos;
        }

        @Nullable
        Typist find(UserId user) {
            return typists == null ? null : typists.get(user);
        }

        void put(Typist typist) {
            if (typists == null) typists = new LinkedHashMap<>(4);
            typists.put(typist.user.user(), typist);
            if (expiry == null) expiry = deadlines.at(typist.untilNanos, this::onExpiry);
        }

        void remove(UserId user) {
            if (typists == null || typists.remove(user) == null || !typists.isEmpty()) return;
            clear();
        }

        void clear() {
            typists = null;
            if (expiry != null) expiry.cancel();
            expiry = null;
        }

        private void onExpiry() {
            expiry = null;
            long now = clock.nanos();
            while (typists != null && !typists.isEmpty()) {
                Typist oldest = typists.values().iterator().next();
                if (oldest.untilNanos - now > 0) {
                    expiry = deadlines.at(oldest.untilNanos, this::onExpiry);
                    return;
                }
                remove(oldest.user.user());
                onExpired(oldest, this == here);
            }
        }
    }
}
