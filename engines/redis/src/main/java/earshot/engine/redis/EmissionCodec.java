package earshot.engine.redis;

import static earshot.engine.redis.RelayNames.room;
import static earshot.engine.redis.RelayNames.session;
import static earshot.engine.redis.RelayNames.user;

import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What products emit and clients answer, as bytes. Reading throws {@link IllegalArgumentException} for what nobody of ours wrote. Thread-safe. */
final class EmissionCodec {
    private EmissionCodec() {}

    static void emission(RelayWriter out, Emission emission) {
        Emission.Reach reach = emission.reach();
        out.text(emission.dialect()).text(emission.place()).maybeText(reach.tenant());
        rooms(out, reach.rooms());
        users(out, reach.users());
        rooms(out, reach.exceptRooms());
        users(out, reach.exceptUsers());
        out.text(emission.payload())
                .flag(emission.spare())
                .number(emission.answersWithin().toMillis());
    }

    static Emission emission(RelayReader in) {
        String dialect = in.text();
        String place = in.text();
        var reach = new Emission.Reach(
                in.maybeText(),
                list(in, RelayNames::room),
                list(in, RelayNames::user),
                list(in, RelayNames::room),
                list(in, RelayNames::user));
        return new Emission(dialect, place, reach, in.text(), in.flag(), Duration.ofMillis(in.number()));
    }

    private static void rooms(RelayWriter out, List<RoomId> rooms) {
        out.count(rooms.size());
        for (RoomId room : rooms) room(out, room);
    }

    private static void users(RelayWriter out, List<UserId> users) {
        out.count(users.size());
        for (UserId user : users) user(out, user);
    }

    private static <T> List<T> list(RelayReader in, Function<RelayReader, T> item) {
        int count = in.count();
        if (count > Emission.Reach.MAX) throw new IllegalArgumentException("relay: a list of " + count);
        List<T> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) all.add(item.apply(in));
        return all;
    }

    /** What goes beyond {@code maxBytes} is only counted. */
    static void emitted(RelayWriter out, Emitted emitted, int maxBytes) {
        out.count(emitted.told()).count(emitted.answered());
        for (Emitted.Said said : emitted.said()) {
            if (out.size() > maxBytes) return;
            session(out, said.session());
            UserId who = said.user();
            out.flag(who != null);
            if (who != null) user(out, who);
            out.text(said.text());
        }
    }

    static Emitted emitted(RelayReader in) {
        int told = in.count();
        int answered = in.count();
        List<Emitted.Said> said = new ArrayList<>();
        while (in.hasMore()) {
            SessionId id = session(in);
            said.add(new Emitted.Said(id, in.flag() ? user(in) : null, in.text()));
        }
        return new Emitted(told, answered, said);
    }
}
