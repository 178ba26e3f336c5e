package earshot.dialect.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.Dialect;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

final class NastyDialectTest extends ConversationContract {
    @Override
    protected Dialect newDialect() {
        return new NastyDialect();
    }

    @Override
    protected HandshakeRequest handshake() {
        return Handshakes.to("/nasty/acme?user=eve").subprotocol("nasty.1").build();
    }

    /** Without {@code fail}: that one is there to throw. */
    @Override
    protected List<Frame> inputs() {
        return Stream.of(
                        "0 join lobby",
                        "1 leave lobby",
                        "0 say lobby hello key",
                        "1 edit lobby id text",
                        "0 drop lobby id",
                        "0 pin lobby id",
                        "1 tell lobby psst",
                        "0 set lobby k v",
                        "0 type lobby 1",
                        "1 status lobby away",
                        "0 history lobby 5",
                        "0 who lobby",
                        "0 vote lobby id 3",
                        "1 block u1",
                        "0 burst lobby 9",
                        "1 ping x",
                        "0 quit")
                .map(line -> Frame.binary(line.replace(' ', '\u0000').getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    @Override
    protected void checkReadable(Frame frame) {
        assertThat(frame.bytes()).isNotEmpty();
    }
}
