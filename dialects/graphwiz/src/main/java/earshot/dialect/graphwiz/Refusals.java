package earshot.dialect.graphwiz;

import earshot.core.message.CloseReason;
import earshot.core.message.Problem;
import earshot.dialect.HttpResponse;
import earshot.dialect.JsonBytes;
import earshot.dialect.TokenVerifier;
import java.nio.charset.StandardCharsets;

/** The dialect's words for what went wrong: before the upgrade as HTTP (protocols/graphwiz.md section 3.2), after it as codes of an error message (9.4). */
final class Refusals {
    static final String NEITHER = "Authentication required: provide auth_token or user_id";
    static final String MISMATCH = "user_id does not match token";
    static final String BAD_ROOM = "room id must be 1 to 128 characters without control characters";
    static final String LOCKED = "Room is locked";
    static final String KICKED = "You were kicked from this room";
    static final String TAKEN = "client_id is in use by another user";
    static final String ORIGIN = "Origin is not allowed";

    private Refusals() {}

    static HttpResponse of(Problem problem) {
        return switch (problem) {
            case NOT_FOUND -> json(404, "not_found", "Not found");
            case UNAUTHENTICATED -> json(401, "auth_error", NEITHER);
            case FORBIDDEN, NOT_MEMBER -> json(403, "authorization_error", "Forbidden");
            case INVALID, TOO_LARGE, CONFLICT -> json(400, "validation_error", "Bad request");
            case RATE_LIMITED, TOO_MANY_ROOMS -> rateLimited(1);
            case ROOM_FULL -> json(503, "room_full", "Room is full").with("retry-after", "5");
            case BUSY, UNAVAILABLE ->
                json(503, "unavailable", "Service unavailable").with("retry-after", "1");
            case INTERNAL -> json(500, "internal_error", "Internal server error");
        };
    }

    static HttpResponse unauthenticated(String message) {
        return json(401, "auth_error", message);
    }

    static HttpResponse forbidden(String message) {
        return json(403, "authorization_error", message);
    }

    static HttpResponse invalid(String message) {
        return json(400, "validation_error", message);
    }

    /** The seed's texts, to the letter. */
    static HttpResponse rateLimited(long seconds) {
        return json(429, "Rate limit exceeded", "Rate limit exceeded. Try again in " + seconds + " seconds.")
                .with("retry-after", Long.toString(seconds));
    }

    static String invalidToken(TokenVerifier.Reason reason) {
        return "Invalid token: "
                + switch (reason) {
                    case MALFORMED -> "malformed";
                    case BAD_SIGNATURE -> "signature, algorithm or key do not fit";
                    case EXPIRED -> "expired";
                    case NOT_YET_VALID -> "not valid yet";
                    case REFRESH_TOKEN -> "a refresh token is no access token";
                    case TOO_OLD -> "issued too long ago";
                    case WRONG_AUDIENCE -> "meant for somebody else";
                };
    }

    /** The code of an error message. */
    static int code(Problem problem) {
        return switch (problem) {
            case INVALID -> 400;
            case UNAUTHENTICATED, FORBIDDEN, NOT_MEMBER -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case RATE_LIMITED, TOO_MANY_ROOMS -> 429;
            case ROOM_FULL, UNAVAILABLE, BUSY -> 503;
            case INTERNAL -> 500;
        };
    }

    /** How a connection ends whose join was refused. */
    static CloseReason ending(Problem problem) {
        return switch (problem) {
            case ROOM_FULL, BUSY, RATE_LIMITED -> CloseReason.OVER_BUDGET;
            case UNAVAILABLE, INTERNAL -> CloseReason.FAULT;
            case INVALID, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, NOT_MEMBER, CONFLICT, TOO_LARGE, TOO_MANY_ROOMS ->
                CloseReason.KICKED;
        };
    }

    static String text(Problem problem) {
        return switch (problem) {
            case INVALID -> "Not understood";
            case UNAUTHENTICATED, FORBIDDEN -> "Not allowed";
            case NOT_MEMBER -> "Not in this room";
            case NOT_FOUND -> "No such client";
            case CONFLICT -> "Taken already";
            case TOO_LARGE -> "Too large";
            case RATE_LIMITED, TOO_MANY_ROOMS -> "Too many messages";
            case ROOM_FULL -> "Room is full";
            case UNAVAILABLE -> "May not have been told to everybody";
            case BUSY -> "Too busy, try again";
            case INTERNAL -> "Internal server error";
        };
    }

    private static HttpResponse json(int status, String error, String message) {
        var body = new JsonBytes(128)
                .raw("{\"error\":")
                .string(error)
                .raw(",\"message\":")
                .string(message)
                .raw('}');
        return HttpResponse.json(status, new String(body.done(), StandardCharsets.UTF_8));
    }
}
