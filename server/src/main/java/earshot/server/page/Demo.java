package earshot.server.page;

import java.util.List;

/**
 * Who and where the demos are. Made at start in development, never in production: it holds tokens.
 *
 * @param projectId the threadkit site key of the comment thread
 * @param pageId the page of the comment thread, a UUID
 * @param channel the waddle channel
 * @param lobbyPageId the page of a room where both meet
 * @param lobby the same room as a channel
 * @param investigators empty when summit is off
 * @param walkers of a graphwiz room; empty when that is off
 */
public record Demo(
        String projectId,
        String pageId,
        List<Person> commenters,
        String channel,
        List<Person> chatters,
        String lobbyPageId,
        String lobby,
        List<Person> investigators,
        List<Person> walkers) {
    /** A user with a token to be them. */
    public record Person(String id, String name, String token) {
        /** Without the token. */
        @Override
        public String toString() {
            return name + " (" + id + ")";
        }
    }
}
