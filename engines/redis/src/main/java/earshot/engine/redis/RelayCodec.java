package earshot.engine.redis;

import static earshot.engine.redis.RelayNames.profile;
import static earshot.engine.redis.RelayNames.session;
import static earshot.engine.redis.RelayNames.unknown;
import static earshot.engine.redis.RelayNames.user;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.Event.RoomEvent;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.relay.Passed;
import org.jspecify.annotations.Nullable;

/** What a room passes on to other nodes, as bytes. Reading throws {@link IllegalArgumentException} for what nobody of ours wrote. Thread-safe. */
final class RelayCodec {
    private static final int TYPING = 1;
    private static final int VOTES = 2;
    private static final int RELAYED = 3;

    private static final int ALL = 0;
    private static final int ALL_BUT_SESSION = 1;
    private static final int ALL_BUT_USER = 2;
    private static final int ONE_SESSION = 3;
    private static final int ONE_USER = 4;

    private RelayCodec() {}

    /** Null: this is nothing that a node may say to others. */
    static byte @Nullable [] passed(Passed passed) {
        RelayWriter out = new RelayWriter();
        out.number(passed.stamp()).number(passed.node());
        out.number(passed.after().epoch()).number(passed.after().offset());
        audience(out, passed.audience());
        return event(out, passed.event()) ? out.toBytes() : null;
    }

    static Passed passed(RelayReader in, RoomId room) {
        long stamp = in.number();
        long node = in.number();
        Position after = new Position(in.number(), in.number());
        Audience audience = audience(in);
        return new Passed(event(in, room), audience, stamp, node, after);
    }

    private static boolean event(RelayWriter out, RoomEvent event) {
        switch (event) {
            case Event.Typing t -> {
                out.byteOf(TYPING).flag(t.on()).flag(t.repeated()).maybeText(t.replyTo());
                profile(out, t.user());
            }
            case Event.VotesChanged v ->
                out.byteOf(VOTES).text(v.messageId()).number(v.upvotes()).number(v.downvotes());
            case Event.Relayed r ->
                out.byteOf(RELAYED)
                        .text(r.dialect())
                        .byteOf(lane(r.lane()))
                        .maybeText(r.key())
                        .number(r.variantOrKind())
                        .block(r.payload());
            case Event.UserJoined _, Event.UserLeft _, Event.StatusChanged _, Event.PresenceChanged _ -> {
                return false;
            }
        }
        return true;
    }

    private static RoomEvent event(RelayReader in, RoomId room) {
        int kind = in.byteOf();
        return switch (kind) {
            case TYPING -> {
                boolean on = in.flag();
                boolean repeated = in.flag();
                String replyTo = in.maybeText();
                yield new Event.Typing(room, profile(in), on, repeated, replyTo);
            }
            case VOTES -> new Event.VotesChanged(room, in.text(), in.number(), in.number());
            case RELAYED ->
                new Event.Relayed(room, in.text(), lane(in.byteOf()), in.maybeText(), (int) in.number(), in.block());
            default -> throw unknown("event", kind);
        };
    }

    private static int lane(Lane lane) {
        return switch (lane) {
            case KEPT -> 0;
            case SURE -> 1;
            case LATEST -> 2;
            case SPARE -> 3;
        };
    }

    private static Lane lane(int number) {
        return switch (number) {
            case 1 -> Lane.SURE;
            case 2 -> Lane.LATEST;
            case 3 -> Lane.SPARE;
            default -> throw unknown("lane", number);
        };
    }

    private static void audience(RelayWriter out, Audience audience) {
        switch (audience) {
            case Audience.All _ -> out.byteOf(ALL);
            case Audience.AllButSession a -> session(out.byteOf(ALL_BUT_SESSION), a.session());
            case Audience.AllButUser a -> user(out.byteOf(ALL_BUT_USER), a.user());
            case Audience.OneSession a -> session(out.byteOf(ONE_SESSION), a.session());
            case Audience.OneUser a -> user(out.byteOf(ONE_USER), a.user());
        }
    }

    private static Audience audience(RelayReader in) {
        int kind = in.byteOf();
        return switch (kind) {
            case ALL -> Audience.ALL;
            case ALL_BUT_SESSION -> new Audience.AllButSession(session(in));
            case ALL_BUT_USER -> new Audience.AllButUser(user(in));
            case ONE_SESSION -> new Audience.OneSession(session(in));
            case ONE_USER -> new Audience.OneUser(user(in));
            default -> throw unknown("audience", kind);
        };
    }
}
