package earshot.gateway.engineio;

import earshot.dialect.HttpResponse;

/** What a request is refused with, in the words of the reference implementation; clients show them. */
public enum EngineError {
    UNKNOWN_TRANSPORT(0, 400, "Transport unknown"),
    UNKNOWN_SID(1, 400, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(2, 400, "Bad handshake method"),
    BAD_REQUEST(3, 400, "Bad request"),
    FORBIDDEN(4, 403, "Forbidden"),
    UNSUPPORTED_VERSION(5, 400, "Unsupported protocol version");

    private final HttpResponse response;

    EngineError(int code, int status, String message) {
        response = HttpResponse.json(status, "{\"code\":" + code + ",\"message\":\"" + message + "\"}");
    }

    public HttpResponse response() {
        return response;
    }
}
