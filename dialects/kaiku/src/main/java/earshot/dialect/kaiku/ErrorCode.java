package earshot.dialect.kaiku;

import earshot.core.message.Problem;

/** The codes of {@code error}, in one place (protocols/kaiku.md section 2.1), each with what people read. */
enum ErrorCode {
    INVALID_REQUEST("invalid_request", "The message was not understood"),
    CHANNEL_NOT_FOUND("channel_not_found", "Channel not found"),
    FORBIDDEN("forbidden", "You don't have permission to view this channel"),
    NOT_ELEVATED("admin_not_elevated", "Must be an elevated admin to subscribe to admin events"),
    NOT_SUPPORTED("not_supported", "This server does not offer that"),
    RATE_LIMITED("rate_limited", "Too many messages"),
    TOO_MANY_SUBSCRIPTIONS("too_many_subscriptions", "Too many channels; unsubscribe from one first"),
    UNAVAILABLE("unavailable", "Try again later"),
    INTERNAL("internal_error", "Something went wrong");

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

    /** Why a channel could not be subscribed to. */
    static ErrorCode of(Problem problem) {
        return switch (problem) {
            case NOT_FOUND -> CHANNEL_NOT_FOUND;
            case FORBIDDEN, UNAUTHENTICATED -> FORBIDDEN;
            case TOO_MANY_ROOMS -> TOO_MANY_SUBSCRIPTIONS;
            case RATE_LIMITED -> RATE_LIMITED;
            case ROOM_FULL, UNAVAILABLE, BUSY -> UNAVAILABLE;
            case INVALID, TOO_LARGE, CONFLICT, NOT_MEMBER -> INVALID_REQUEST;
            case INTERNAL -> INTERNAL;
        };
    }
}
