package earshot.core.room;

import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.session.Permission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who does something in a room.
 *
 * @param user null: anonymous, or the server for nobody
 * @param session null: the server
 * @param seat null: the server
 * @param everywhere false: told to the members of this node only
 */
record Actor(
        @Nullable Profile user,
        @Nullable SessionId session,
        Set<Permission> permissions,
        @Nullable Seat seat,
        boolean everywhere) {
    private static final Set<Permission> EVERYTHING = Set.of(Permission.values());

    static Actor of(Seat seat) {
        return new Actor(seat.session.user(), seat.session.id(), seat.permissions, seat, true);
    }

    /** The server, in the name of somebody or of nobody. */
    static Actor server(@Nullable Profile as) {
        return new Actor(as, null, EVERYTHING, null, true);
    }

    /** As the server, but every node hears of it by itself. */
    static Actor heard(Profile as) {
        return new Actor(as, null, EVERYTHING, null, false);
    }

    boolean may(Permission permission) {
        return permissions.contains(permission);
    }
}
