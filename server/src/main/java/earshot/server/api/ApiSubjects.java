package earshot.server.api;

import earshot.core.Everywhere;
import earshot.core.Node;
import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.room.Meetings;
import earshot.core.session.UserBook;
import earshot.core.telemetry.CustomNumbers;
import earshot.core.time.Clock;
import earshot.core.usage.UsageReport;
import earshot.dialect.WireUuid;
import earshot.dialect.threadkit.ThreadkitEvents;
import earshot.dialect.waddle.WaddleDialect;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server API can be asked about.
 *
 * @param everywhere for what is asked of all nodes
 * @param dialects those that are spoken; each is a realm
 * @param usage null: nothing is counted
 * @param numbers of the product's own
 * @param messageIds fresh ones
 */
public record ApiSubjects(
        Node node,
        Everywhere everywhere,
        Meetings meetings,
        Set<String> dialects,
        RoomLog log,
        MessageBook book,
        UserBook users,
        ThreadkitEvents threadkit,
        @Nullable UsageReport usage,
        CustomNumbers numbers,
        Supplier<String> messageIds,
        Clock clock) {

    static final String THREADKIT = "threadkit";

    String realm(ApiCall call) {
        String realm = call.path("realm");
        if (dialects.contains(realm) || realm.equals(RoomId.MEETING)) return realm;
        throw new ApiRefusal(
                Problem.NOT_FOUND,
                "realm: there is no " + (realm.length() > 40 ? "such realm" : realm) + " here (expected: "
                        + String.join(", ", dialects.stream().sorted().toList()) + " or meeting)");
    }

    /** The realm of a user: users belong to dialects, meetings have none of their own. */
    String userRealm(ApiCall call) {
        String realm = realm(call);
        if (!realm.equals(RoomId.MEETING)) return realm;
        throw ApiRefusal.invalid("realm", "a meeting has no users of its own (expected: a dialect)");
    }

    RoomId room(ApiCall call) {
        return room(realm(call), call.query("tenant").orElse(""), call.path("room"));
    }

    RoomId room(String realm, String tenant, String name) {
        if (name.isEmpty() || name.length() > RoomId.MAX_NAME_CHARS)
            throw ApiRefusal.invalid(
                    "room", name.length() + " characters (expected: 1.." + RoomId.MAX_NAME_CHARS + ")");
        if (realm.equals(RoomId.MEETING)) return meeting(name);
        if (realm.equals(WaddleDialect.NAME) && !WaddleDialect.isChannel(name))
            throw ApiRefusal.invalid(
                    "room", "a channel of waddle is 1..128 characters without a slash or control characters");
        if (!realm.equals(THREADKIT)) return meetings.resolve(realm, tenant, name);
        UUID page = WireUuid.parse(name);
        RoomId room = meetings.resolve(realm, tenant, page == null ? name : page.toString());
        if (page == null && !room.realm().equals(RoomId.MEETING))
            throw ApiRefusal.invalid("room", "a page of threadkit is a UUID");
        return room;
    }

    /** A user's id as the realm's clients know it: threadkit's read nothing but UUIDs. */
    static UserId user(String field, String realm, String id) {
        if (!realm.equals(THREADKIT)) return new UserId(realm, id);
        UUID uuid = WireUuid.parse(id);
        if (uuid == null) throw ApiRefusal.invalid(field, "a user of threadkit is a UUID");
        return new UserId(realm, uuid.toString());
    }

    private RoomId meeting(String name) {
        RoomId room = new RoomId(RoomId.MEETING, "", name);
        if (meetings.dialects(room).isEmpty())
            throw new ApiRefusal(Problem.NOT_FOUND, "room: no meeting has this name; see meet in the configuration");
        return room;
    }
}
