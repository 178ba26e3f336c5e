package earshot.core.message;

import java.util.List;

/** Who is in a room at one version of its presence stream. Shared like {@link MessageWindow}. Thread-safe. */
public final class PresenceList {
    public static final PresenceList EMPTY = new PresenceList(0, List.of());

    private final long version;
    private final List<Present> users;
    private final Renderings renderings = new Renderings();

    public PresenceList(long version, List<Present> users) {
        this.version = version;
        this.users = List.copyOf(users);
    }

    public long version() {
        return version;
    }

    /** In the order of their joining. */
    public List<Present> users() {
        return users;
    }

    public Renderings rendered() {
        return renderings;
    }

    /** One user and the sessions that keep them here. The same object in every list until something about the user changes. */
    public static final class Present {
        private final Profile user;
        private final long joinedMillis;
        private final Status status;
        private final List<PresentSession> sessions;
        private final Renderings renderings = new Renderings();

        /**
         * @param joinedMillis when the first of today's sessions came; kept over a quick return
         * @param status as chosen by the user, as {@link Status#text} writes it; {@code online} until then
         */
        public Present(Profile user, long joinedMillis, String status, List<PresentSession> sessions) {
            this.user = user;
            this.joinedMillis = joinedMillis;
            this.status = Status.of(status);
            this.sessions = List.copyOf(sessions);
        }

        public Profile user() {
            return user;
        }

        public long joinedMillis() {
            return joinedMillis;
        }

        public String status() {
            return status.word();
        }

        /** See {@link Status#note}. */
        public String note() {
            return status.note();
        }

        public List<PresentSession> sessions() {
            return sessions;
        }

        /** For lists so long that whoever joins must not pay for rendering everybody. */
        public Renderings rendered() {
            return renderings;
        }
    }

    /** @param joinedMillis when this session came */
    public record PresentSession(SessionId session, long joinedMillis) {}
}
