package earshot.bench.load;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Comment threads: JSON-RPC notifications, a page per room, {@code presence} as the welcome (dialects/threadkit/WIRE.md). Clients only look;
 * comments enter by the server API with an API key.
 */
final class ThreadkitSpeaker implements Speaker {
    private static final long TOKEN_SECONDS = 86_400;
    private static final int METHOD = "{\"jsonrpc\":\"2.0\",\"method\":\"".length();
    private static final Literal NEW_COMMENT = new Literal("new_comment\"");
    private static final Literal PRESENCE = new Literal("presence\"");
    private static final Literal TYPING = new Literal("typing\"");
    private static final Literal ERROR = new Literal("error\"");
    private static final Literal PONG = new Literal("pong\"");
    private static final byte[] PING = Literal.of("{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"params\":{}}");

    private final Names names;
    private final Site site;
    private final @Nullable TokenSigner signer;
    private final long now = Instant.now().getEpochSecond();

    /**
     * Whose pages they are.
     *
     * @param key public key of the site
     * @param id of the site; null: readers are anonymous
     */
    record Site(String path, String key, @Nullable String id) {}

    ThreadkitSpeaker(Names names, Site site, Credentials credentials) {
        this.names = names;
        this.site = site;
        String secret = credentials.secret();
        this.signer = secret == null || site.id() == null ? null : new TokenSigner(secret);
    }

    @Override
    public String path(int member, int room) {
        String anybody = site.path() + "?project_id=" + site.key();
        return signer == null ? anybody : anybody + "&token=" + signer.sign(claims(names.userUuid(member)));
    }

    private String claims(String user) {
        return String.format(
                Locale.ROOT,
                "{\"sub\":\"%s\",\"site_id\":\"%s\",\"session_id\":\"%s\",\"name\":\"%s\",\"iat\":%d,\"exp\":%d}",
                user,
                site.id(),
                user,
                user,
                now - 5,
                now + TOKEN_SECONDS);
    }

    @Override
    public String headers(int member) {
        return "";
    }

    @Override
    public List<byte[]> greeting(int member, int room) {
        return List.of(Literal.of("{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{\"page_id\":\""
                + names.roomUuid(room) + "\"}}"));
    }

    @Override
    public boolean isWelcomed() {
        return true;
    }

    @Override
    public Heard heard(byte[] bytes, int from, int end) {
        int method = from + METHOD;
        if (NEW_COMMENT.isAt(bytes, method, end)) return Heard.MESSAGE;
        if (TYPING.isAt(bytes, method, end)) return Heard.TYPING;
        if (PRESENCE.isAt(bytes, method, end)) return Heard.WELCOME;
        if (PONG.isAt(bytes, method, end)) return Heard.PONG;
        return ERROR.isAt(bytes, method, end) ? Heard.REFUSAL : Heard.OTHER;
    }

    @Override
    public Said say(int room, int publisher, byte[] content) {
        String head = "{\"author\":{\"id\":\"" + names.userUuid(publisher) + "\",\"name\":\"" + names.user(publisher)
                + "\"},\"text\":\"";
        return new Said.Post(
                "/v1/threadkit/rooms/" + names.roomUuid(room) + "/messages",
                Literal.join(Literal.of(head), content, Literal.of("\"}")));
    }

    /** There is no word for having stopped. */
    @Override
    public byte[] typing(int room, boolean on) {
        return Literal.of("{\"jsonrpc\":\"2.0\",\"method\":\"typing\",\"params\":{\"page_id\":\"" + names.roomUuid(room)
                + "\",\"reply_to\":null}}");
    }

    @Override
    public byte[] ping() {
        return PING;
    }
}
