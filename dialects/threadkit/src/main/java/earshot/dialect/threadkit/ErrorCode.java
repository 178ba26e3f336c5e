package earshot.dialect.threadkit;

import earshot.core.message.Problem;

/** The error frames. Client and seed know the first four; the last two are for what only a server of ours can have to say. */
enum ErrorCode {
    RATE_LIMIT("rate_limit", "Too many messages"),
    INVALID_JSON("invalid_json", "Invalid JSON-RPC message"),
    INVALID_METHOD("invalid_method", "Unknown method"),
    SUBSCRIPTION_LIMIT("subscription_limit", "Too many subscriptions"),
    /** The subscription did not happen; another try may. */
    UNAVAILABLE("unavailable", "Try again later"),
    INTERNAL("internal", "Something went wrong");

    private final String code;
    private final String message;

    ErrorCode(String code, String message) {
        this.code = code;
        this.message = message;
    }

    String code() {
        return code;
    }

    String message() {
        return message;
    }

    /** What a client hears when a room refuses its subscription. */
    static ErrorCode of(Problem problem) {
        return switch (problem) {
            case TOO_MANY_ROOMS, ROOM_FULL -> SUBSCRIPTION_LIMIT;
            case RATE_LIMITED -> RATE_LIMIT;
            case UNAVAILABLE, BUSY -> UNAVAILABLE;
            case INVALID, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, NOT_MEMBER, CONFLICT, TOO_LARGE -> INVALID_METHOD;
            case INTERNAL -> INTERNAL;
        };
    }
}
