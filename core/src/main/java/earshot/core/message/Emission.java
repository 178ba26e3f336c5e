package earshot.core.message;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something of a product's own for clients of one dialect, wherever they are, and perhaps a question to them. Opaque to core. It belongs to no room: it is
 * not kept, and what rooms tell at the same time comes before or after it. Immutable.
 *
 * @param place the part of the dialect that it is said in, in the dialect's words (summit: a namespace)
 * @param payload in the dialect's words
 * @param spare whether who cannot be written to at once goes without
 * @param answersWithin how long answers are waited for; zero: none are wanted
 */
public record Emission(
        String dialect, String place, Reach reach, String payload, boolean spare, Duration answersWithin) {
    /** The longest that answers can be waited for. */
    public static final Duration LONGEST = Duration.ofSeconds(30);

    public Emission {
        if (answersWithin.isNegative() || answersWithin.compareTo(LONGEST) > 0)
            throw new IllegalArgumentException("answersWithin: " + answersWithin + " (expected: 0.." + LONGEST + ")");
    }

    public boolean wantsAnswers() {
        return !answersWithin.isZero();
    }

    /**
     * Whom it is for: everybody who is in one of the rooms or is one of the users (with neither, everybody), but for those that are left out.
     *
     * @param tenant of this one only; null: of all
     */
    public record Reach(
            @Nullable String tenant,
            List<RoomId> rooms,
            List<UserId> users,
            List<RoomId> exceptRooms,
            List<UserId> exceptUsers) {
        /** The most of each. */
        public static final int MAX = 100;

        public static final Reach ALL = new Reach(null, List.of(), List.of(), List.of(), List.of());

        public Reach {
            rooms = checked("rooms", rooms);
            users = checked("users", users);
            exceptRooms = checked("exceptRooms", exceptRooms);
            exceptUsers = checked("exceptUsers", exceptUsers);
        }

        private static <T> List<T> checked(String name, List<T> given) {
            if (given.size() > MAX)
                throw new IllegalArgumentException(name + ": " + given.size() + " (expected: 0.." + MAX + ")");
            return List.copyOf(given);
        }

        /**
         * @param user null: anonymous
         * @param inside the rooms that the session is in
         */
        public boolean includes(String ofTenant, @Nullable UserId user, Collection<RoomId> inside) {
            if (tenant != null && !tenant.equals(ofTenant)) return false;
            boolean named = (rooms.isEmpty() && users.isEmpty()) || isOf(user, users) || isIn(inside, rooms);
            return named && !isOf(user, exceptUsers) && !isIn(inside, exceptRooms);
        }

        private static boolean isOf(@Nullable UserId user, List<UserId> listed) {
            return user != null && !listed.isEmpty() && listed.contains(user);
        }

        private static boolean isIn(Collection<RoomId> inside, List<RoomId> listed) {
            for (RoomId room : listed) if (inside.contains(room)) return true;
            return false;
        }
    }
}
