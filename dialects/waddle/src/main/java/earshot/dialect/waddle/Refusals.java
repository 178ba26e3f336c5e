package earshot.dialect.waddle;

import earshot.core.message.Problem;
import earshot.dialect.HttpResponse;

/** The dialect's words for what went wrong: before the upgrade as HTTP, after it as the text of an {@code error} frame. */
final class Refusals {
    static final String INVALID_FORMAT = "Invalid message format";
    static final String UNKNOWN_TYPE = "Unknown message type";
    static final String NO_WRITE = "No write permission";

    private Refusals() {}

    /** The seed's three are 404, 401 and 503 {@code Channel full}. */
    static HttpResponse of(Problem problem) {
        return switch (problem) {
            case NOT_FOUND -> HttpResponse.text(404, "Not found");
            case UNAUTHENTICATED -> HttpResponse.text(401, "Unauthorized");
            case FORBIDDEN -> HttpResponse.text(403, "Forbidden");
            case ROOM_FULL -> HttpResponse.text(503, "Channel full");
            case BUSY, UNAVAILABLE ->
                HttpResponse.text(503, "Service unavailable").with("retry-after", "1");
            case RATE_LIMITED, TOO_MANY_ROOMS ->
                HttpResponse.text(429, "Too many requests").with("retry-after", "1");
            case INVALID, TOO_LARGE, NOT_MEMBER, CONFLICT -> HttpResponse.text(400, "Bad request");
            case INTERNAL -> HttpResponse.text(500, "Internal server error");
        };
    }

    static String text(Problem problem) {
        return switch (problem) {
            case INVALID -> INVALID_FORMAT;
            case UNAUTHENTICATED -> "Unauthorized";
            case FORBIDDEN -> NO_WRITE;
            case NOT_FOUND -> "Not found";
            case NOT_MEMBER -> "Not in this channel";
            case CONFLICT -> "Message id is taken";
            case TOO_LARGE -> "Message too long";
            case TOO_MANY_ROOMS, RATE_LIMITED -> "Too many messages";
            case ROOM_FULL -> "Channel full";
            case UNAVAILABLE -> "Message may not have been stored";
            case BUSY -> "Too busy, try again";
            case INTERNAL -> "Internal server error";
        };
    }

    static String tooLong(int maxChars) {
        return "Message too long (at most " + maxChars + " characters)";
    }
}
