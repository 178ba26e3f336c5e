package earshot.engine.janus;

import earshot.core.message.RoomId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rooms of the AudioBridge that have peers of ours: made for the first, destroyed behind the last. Confined to the engine's thread.
 */
final class AudioRooms {
    /** Error codes of janus.plugin.audiobridge: it is there already. */
    private static final int EXISTS = 486;

    private final Handle control;
    private final String adminKey;
    private final Map<String, AudioRoom> rooms = new HashMap<>();

    private enum Step {
        MAKING,
        THERE,
        DESTROYING
    }

    private static final class AudioRoom {
        final String name;
        final List<Consumer<Boolean>> waiting = new ArrayList<>();
        Step step = Step.MAKING;
        int users;

        AudioRoom(String name) {
            this.name = name;
        }
    }

    AudioRooms(Handle control, String adminKey) {
        this.control = control;
        this.adminKey = adminKey;
    }

    /** How Janus calls a room. */
    static String name(RoomId room) {
        return room.toString();
    }

    /** @param then true: it is there, until {@link #release}; false: it cannot be made, and there is nothing to release */
    void use(RoomId id, Consumer<Boolean> then) {
        AudioRoom room = rooms.get(name(id));
        boolean isNew = room == null;
        if (room == null) {
            room = new AudioRoom(name(id));
            rooms.put(room.name, room);
        }
        room.users++;
        if (room.step == Step.THERE) {
            then.accept(true);
            return;
        }
        room.waiting.add(then);
        if (isNew) make(room);
    }

    void release(RoomId id) {
        AudioRoom room = rooms.get(name(id));
        if (room == null) return;
        room.users--;
        if (room.users == 0 && room.step == Step.THERE) destroy(room);
    }

    private void make(AudioRoom room) {
        room.step = Step.MAKING;
        ObjectNode body = body("create", room);
        if (!adminKey.isEmpty()) body.put("admin_key", adminKey);
        body.put("permanent", false).put("is_private", true).put("sampling_rate", 48_000);
        body.put("audiolevel_ext", true).put("audiolevel_event", false).put("record", false);
        body.put("default_prebuffering", 6);
        control.message(body, null, said -> onMade(room, said.isGood() || said.error() == EXISTS));
    }

    private void onMade(AudioRoom room, boolean isThere) {
        List<Consumer<Boolean>> waiting = List.copyOf(room.waiting);
        room.waiting.clear();
        if (isThere) room.step = Step.THERE;
        else rooms.remove(room.name);
        for (Consumer<Boolean> each : waiting) each.accept(isThere);
        if (isThere && room.users == 0) destroy(room);
    }

    private void destroy(AudioRoom room) {
        room.step = Step.DESTROYING;
        control.message(body("destroy", room), null, _ -> onDestroyed(room));
    }

    /** Or not: then it is empty, and the next one finds it there. */
    private void onDestroyed(AudioRoom room) {
        if (room.users > 0) make(room);
        else rooms.remove(room.name);
    }

    private ObjectNode body(String request, AudioRoom room) {
        return Requests.JSON
                .createObjectNode()
                .put("request", request)
                .put("room", room.name)
                .put("secret", secret(room.name));
    }

    /** The same for every node of ours, and after a restart: who knows the admin key may do everything with a room anyway. */
    private String secret(String room) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(("earshot " + adminKey).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(room.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
