package earshot.dialect.graphwiz;

import earshot.dialect.Frame;

/** The answer to the original client's keep-alive: a text of type 255, which it passes over in silence. */
final class Pong {
    private Pong() {}

    static Frame at(long nowMillis) {
        return Frame.text("{\"messageId\":\"pong-" + nowMillis + "\",\"timestamp\":" + nowMillis
                + ",\"type\":255,\"payload\":null}");
    }
}
