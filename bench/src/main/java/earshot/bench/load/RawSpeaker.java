package earshot.bench.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any server of plain WebSocket, by templates: every text frame that carries a mark is a message. Of Socket.IO 5 on Engine.IO 4 it knows what a
 * client must: a greeting that is a connect packet ({@code 40…}) is answered by one, and {@code 2} is a ping.
 */
final class RawSpeaker implements Speaker {
    private static final Literal CONNECTED = new Literal("40");

    private final Names names;
    private final LoadPlan.Target target;
    private final String authorization;

    RawSpeaker(Names names, LoadPlan.Target target, Credentials credentials) {
        this.names = names;
        this.target = target;
        this.authorization = credentials.token() == null ? "" : "Authorization: Bearer " + credentials.token() + "\r\n";
    }

    @Override
    public String path(int member, int room) {
        return filled(target.path(), member, room);
    }

    @Override
    public String headers(int member) {
        return authorization;
    }

    @Override
    public List<byte[]> greeting(int member, int room) {
        return target.greeting().isEmpty() ? List.of() : List.of(Literal.of(filled(target.greeting(), member, room)));
    }

    @Override
    public boolean isWelcomed() {
        return target.greeting().startsWith("40");
    }

    @Override
    public Heard heard(byte[] bytes, int from, int end) {
        if (end - from == 1 && bytes[from] == '2') return Heard.PING;
        return isWelcomed() && CONNECTED.isAt(bytes, from, end) ? Heard.WELCOME : Heard.MESSAGE;
    }

    @Override
    public Said say(int room, int publisher, byte[] content) {
        String template = filled(target.say(), publisher, room);
        int at = template.indexOf("{content}");
        return new Said.Frame(Literal.join(
                Literal.of(template.substring(0, at)),
                content,
                Literal.of(template.substring(at + "{content}".length()))));
    }

    @Override
    public byte @Nullable [] typing(int room, boolean on) {
        return null;
    }

    @Override
    public byte @Nullable [] ping() {
        return null;
    }

    private String filled(String template, int member, int room) {
        return template.replace("{room}", names.room(room)).replace("{member}", names.user(member));
    }
}
