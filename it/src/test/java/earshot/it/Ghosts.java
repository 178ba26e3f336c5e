package earshot.it;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Who may be told to come, to go and to type after a restart: nobody of those who were there before and are back comes or goes, and nobody types
 * who has not come back. Confined to the swarm's thread.
 */
final class Ghosts {
    private final CrashWorld world;
    private final Set<String> regulars = Set.of("ada", "alan", "rita", "ralf", "rosa");
    private final Set<String> before = new HashSet<>();
    private final Set<String> now = new HashSet<>();
    private volatile boolean restarted;

    Ghosts(CrashWorld world) {
        this.world = world;
    }

    /** The server has started again. */
    void begin() {
        restarted = true;
        world.run(() -> {
            before.addAll(now);
            now.clear();
        });
    }

    void cameNow(String visitor) {
        now.add(visitor);
    }

    void onTold(JsonNode frame) {
        String user = frame.path("userId").asString();
        String type = frame.path("type").asString();
        boolean comesOrGoes = !type.equals("typing");
        if (restarted && world.promise != CrashWorld.Promise.MEMORY)
            world.require(!comesOrGoes || !regulars.contains(user), () -> "after a restart: " + frame);
        boolean isGone = type.equals("user_disconnected")
                || (type.equals("typing") && !frame.path("isTyping").asBoolean());
        world.require(isGone || !before.contains(user), () -> "a ghost: " + frame);
    }
}
