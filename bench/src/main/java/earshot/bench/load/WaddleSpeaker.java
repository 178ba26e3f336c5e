package earshot.bench.load;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Channels: typed JSON, a token per member, {@code initial_state} as the welcome (dialects/waddle/WIRE.md). */
final class WaddleSpeaker implements Speaker {
    private static final long TOKEN_SECONDS = 86_400;
    private static final int TYPE = "{\"type\":\"".length();
    private static final Literal MESSAGE = new Literal("message\"");
    private static final Literal INITIAL_STATE = new Literal("initial_state\"");
    private static final Literal TYPING = new Literal("typing\"");
    private static final Literal ERROR = new Literal("error\"");
    private static final byte[] HEAD = Literal.of("{\"type\":\"message\",\"content\":\"");
    private static final byte[] TAIL = Literal.of("\"}");
    private static final byte[] TYPING_ON = Literal.of("{\"type\":\"typing\",\"isTyping\":true}");
    private static final byte[] TYPING_OFF = Literal.of("{\"type\":\"typing\",\"isTyping\":false}");

    private final Names names;
    private final Credentials credentials;
    private final @Nullable TokenSigner signer;
    private final long now = Instant.now().getEpochSecond();

    WaddleSpeaker(Names names, Credentials credentials) {
        this.names = names;
        this.credentials = credentials;
        String secret = credentials.secret();
        this.signer = secret == null ? null : new TokenSigner(secret);
    }

    @Override
    public String path(int member, int room) {
        return "/channel/" + names.room(room) + "/websocket";
    }

    @Override
    public String headers(int member) {
        String token = signer == null ? credentials.token() : signer.sign(claims(names.user(member)));
        return token == null ? "" : "Authorization: Bearer " + token + "\r\n";
    }

    private String claims(String user) {
        return String.format(
                Locale.ROOT,
                "{\"sub\":\"%s\",\"username\":\"%s\",\"permissions\":[\"read\",\"write\"],\"iat\":%d,\"exp\":%d}",
                user,
                user,
                now - 5,
                now + TOKEN_SECONDS);
    }

    @Override
    public List<byte[]> greeting(int member, int room) {
        return List.of();
    }

    @Override
    public boolean isWelcomed() {
        return true;
    }

    @Override
    public Heard heard(byte[] bytes, int from, int end) {
        int type = from + TYPE;
        if (MESSAGE.isAt(bytes, type, end)) return Heard.MESSAGE;
        if (TYPING.isAt(bytes, type, end)) return Heard.TYPING;
        if (INITIAL_STATE.isAt(bytes, type, end)) return Heard.WELCOME;
        return ERROR.isAt(bytes, type, end) ? Heard.REFUSAL : Heard.OTHER;
    }

    @Override
    public Said say(int room, int publisher, byte[] content) {
        return new Said.Frame(Literal.join(HEAD, content, TAIL));
    }

    @Override
    public byte[] typing(int room, boolean on) {
        return on ? TYPING_ON : TYPING_OFF;
    }

    /** Somebody who does not type says so: a state that is known, and not told again (trap W-8). */
    @Override
    public byte[] ping() {
        return TYPING_OFF;
    }
}
