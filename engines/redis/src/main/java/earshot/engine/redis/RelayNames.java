package earshot.engine.redis;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import org.jspecify.annotations.Nullable;

/** Whom and what nodes speak of, as bytes. Thread-safe. */
final class RelayNames {
    private RelayNames() {}

    static void room(RelayWriter out, RoomId room) {
        out.text(room.realm()).text(room.tenant()).text(room.name());
    }

    static RoomId room(RelayReader in) {
        return new RoomId(in.text(), in.text(), in.text());
    }

    static void session(RelayWriter out, SessionId session) {
        out.number(session.incarnation()).number(session.serial());
    }

    static SessionId session(RelayReader in) {
        return new SessionId(in.number(), in.number());
    }

    static void user(RelayWriter out, UserId user) {
        out.text(user.realm()).text(user.id());
    }

    static UserId user(RelayReader in) {
        return new UserId(in.text(), in.text());
    }

    static void profile(RelayWriter out, Profile profile) {
        user(out, profile.user());
        out.text(profile.name()).maybeText(profile.avatarUrl()).text(profile.attributes());
    }

    static Profile profile(RelayReader in) {
        return new Profile(user(in), in.text(), in.maybeText(), in.text());
    }

    static void maybeProfile(RelayWriter out, @Nullable Profile profile) {
        out.flag(profile != null);
        if (profile != null) profile(out, profile);
    }

    static @Nullable Profile maybeProfile(RelayReader in) {
        return in.flag() ? profile(in) : null;
    }

    static IllegalArgumentException unknown(String what, int kind) {
        return new IllegalArgumentException("relay: " + what + " " + kind);
    }
}
