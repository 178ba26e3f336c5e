package earshot.bench.table;

import earshot.bench.load.Credentials;
import earshot.bench.load.LoadPlan;
import java.net.URI;
import java.util.List;

/**
 * How a running server is spoken to.
 *
 * @param contender which one it is
 * @param process its process
 * @param secret signs tokens; empty: it wants none
 */
record Rival(Contender contender, ServerProcess process, String secret) {
    private static final String CHANNEL = "/channel/{room}/websocket";
    private static final String PLAIN = "{\"type\":\"message\",\"content\":\"{content}\"}";

    /** As long as what the others make of a message: Nchan passes on what it got. */
    private static final String FINISHED =
            "{\"type\":\"message\",\"message\":{\"id\":\"0197c2f0-6c5e-7a51-8d0e-0242ac120002\",\"userId\":\"u\",\"username\":\"u\",\"content\":\"{content}\",\"timestamp\":1751447550000}}";

    /** Engine.IO 4, Socket.IO 5: the connect packet carries the room, an event carries the content. */
    private static final String SOCKETIO_PATH = "/socket.io/?EIO=4&transport=websocket";

    private static final String SOCKETIO_CONNECT = "40{\"room\":\"{room}\"}";
    private static final String SOCKETIO_SAY = "42[\"message\",{\"content\":\"{content}\"}]";

    LoadPlan.Target target() {
        URI url = URI.create("ws://127.0.0.1:" + process.port());
        String dialect = contender.isEarshot() ? "waddle" : "raw";
        return new LoadPlan.Target(url, dialect, path(), greeting(), say(), process.pid(), List.of());
    }

    String path() {
        return contender == Contender.SOCKETIO ? SOCKETIO_PATH : CHANNEL;
    }

    String greeting() {
        return contender == Contender.SOCKETIO ? SOCKETIO_CONNECT : "";
    }

    String say() {
        return switch (contender) {
            case NCHAN -> FINISHED;
            case SOCKETIO -> SOCKETIO_SAY;
            case BARE, MEMORY, SQLITE, TWO_LOOPS, WS -> PLAIN;
        };
    }

    Credentials credentials() {
        return secret.isEmpty() ? Credentials.NONE : new Credentials(secret, null, null);
    }
}
