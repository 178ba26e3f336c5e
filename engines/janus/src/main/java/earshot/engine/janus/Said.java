package earshot.engine.janus;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What Janus said: the answer to a request, or an event. Immutable.
 *
 * @param frame the whole message; missing: it did not answer
 */
record Said(JsonNode frame) {
    /** No answer came in time, or the line ended before. */
    static final Said NOTHING = new Said(MissingNode.getInstance());

    /** The error of Janus itself or of the plugin (janus.plugin.audiobridge, error codes); 0: none; -1: nothing was said. */
    int error() {
        if (frame.isMissingNode()) return -1;
        int own = frame.path("error").path("code").asInt(0);
        return own != 0 ? own : data().path("error_code").asInt(0);
    }

    boolean isGood() {
        return error() == 0;
    }

    String kind() {
        return text(frame.path("janus"));
    }

    String transaction() {
        return text(frame.path("transaction"));
    }

    /** The handle that it is about; 0: none. */
    long sender() {
        return frame.path("sender").asLong(0);
    }

    /** The plugin's own words. */
    JsonNode data() {
        return frame.path("plugindata").path("data");
    }

    /** The id of what was made. */
    long made() {
        return frame.path("data").path("id").asLong(0);
    }

    /** The SDP that came along; null: none. */
    @Nullable
    String sdp() {
        JsonNode sdp = frame.path("jsep").path("sdp");
        return sdp.isString() ? sdp.asString() : null;
    }

    static String text(JsonNode node) {
        return node.isString() ? node.asString() : "";
    }
}
