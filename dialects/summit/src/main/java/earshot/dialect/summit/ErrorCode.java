package earshot.dialect.summit;

import earshot.core.message.Problem;

/** The dialect's words for what went wrong: {@code system:error {code, message}}, and {@code error} in an ack. The first six are the original's. */
enum ErrorCode {
    NOT_IN_ROOM("You are not a member of this room"),
    ROOM_JOIN_FAILED("Failed to join room"),
    ROOM_LEAVE_FAILED("Failed to leave room"),
    MESSAGE_SEND_FAILED("Failed to send message"),
    PRESENCE_UPDATE_FAILED("Failed to update presence status"),
    RATE_LIMIT_EXCEEDED("Too many messages, please slow down"),
    TOKEN_EXPIRED("Token expired"),
    TOO_MANY_ROOMS("You are in as many rooms as you may be"),
    MESSAGE_TOO_LARGE("The message is too large"),
    UNKNOWN_EVENT("Nothing listens to this event");

    /** The original's word for every join that its hook refuses; no event goes with it. */
    static final String UNAUTHORIZED = "Unauthorized";

    static final String INTERNAL = "Internal error";

    private final String message;

    ErrorCode(String message) {
        this.message = message;
    }

    String message() {
        return message;
    }

    /** What the ack of a join says. */
    static String ofJoin(Problem problem) {
        return switch (problem) {
            case FORBIDDEN, UNAUTHENTICATED -> UNAUTHORIZED;
            case TOO_MANY_ROOMS -> TOO_MANY_ROOMS.name();
            case RATE_LIMITED -> RATE_LIMIT_EXCEEDED.name();
            case ROOM_FULL -> "ROOM_FULL";
            case BUSY, UNAVAILABLE -> "UNAVAILABLE";
            case INVALID, NOT_FOUND, NOT_MEMBER, CONFLICT, TOO_LARGE, INTERNAL -> INTERNAL;
        };
    }

    /** What a refused message means to its sender. */
    static ErrorCode ofSend(Problem problem) {
        return switch (problem) {
            case NOT_MEMBER -> NOT_IN_ROOM;
            case TOO_LARGE -> MESSAGE_TOO_LARGE;
            case RATE_LIMITED -> RATE_LIMIT_EXCEEDED;
            case INVALID,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    NOT_FOUND,
                    CONFLICT,
                    TOO_MANY_ROOMS,
                    ROOM_FULL,
                    UNAVAILABLE,
                    BUSY,
                    INTERNAL -> MESSAGE_SEND_FAILED;
        };
    }
}
