package earshot.engine.redis;

import java.util.List;

/** What Redis says when it did not do a thing now, but may later, or elsewhere (redis.io, "Redis cluster specification", "Redis persistence"). */
final class Errors {
    /** The slot is elsewhere. */
    private static final List<String> ELSEWHERE = List.of("MOVED ", "ASK ");

    private static final List<String> LATER = List.of(
            "NOSCRIPT",
            "TRYAGAIN",
            "CLUSTERDOWN",
            "LOADING",
            "MASTERDOWN",
            "READONLY",
            "BUSY ",
            "NOREPLICAS",
            "UNBLOCKED");

    private Errors() {}

    /** True: nothing was done, and doing it again is right. */
    static boolean isPassing(String error) {
        return isElsewhere(error) || LATER.stream().anyMatch(error::startsWith);
    }

    static boolean isElsewhere(String error) {
        return ELSEWHERE.stream().anyMatch(error::startsWith);
    }

    /** The server that answered is not, or no longer, one that takes writes. */
    static boolean isNoMaster(String error) {
        return error.startsWith("READONLY") || error.startsWith("MASTERDOWN");
    }
}
