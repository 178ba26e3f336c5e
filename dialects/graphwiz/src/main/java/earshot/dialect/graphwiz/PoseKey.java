package earshot.dialect.graphwiz;

/** Names what the newest position replaces: an entity as one client moves it. */
final class PoseKey {
    /** No id of a client has one. */
    private static final char BETWEEN = '\n';

    private PoseKey() {}

    static String of(String clientId, String entityId) {
        return clientId + BETWEEN + entityId;
    }

    static String client(String key) {
        int between = key.indexOf(BETWEEN);
        return between < 0 ? "" : key.substring(0, between);
    }

    static String entity(String key) {
        return key.substring(key.indexOf(BETWEEN) + 1);
    }
}
