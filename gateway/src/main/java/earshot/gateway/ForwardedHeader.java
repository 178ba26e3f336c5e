package earshot.gateway;

/** The header in which trusted proxies say whom a request is from. */
public enum ForwardedHeader {
    X_FORWARDED_FOR("x-forwarded-for"),
    /** RFC 7239. */
    FORWARDED("forwarded");

    private final String field;

    ForwardedHeader(String field) {
        this.field = field;
    }

    String field() {
        return field;
    }
}
