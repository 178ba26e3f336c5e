package earshot.gateway;

import earshot.gateway.engineio.EngineSid;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions of one loop that requests may name: those that poll, or did. Confined to its loop. */
final class EngineSessions {
    private final Map<String, EngineSession> byId = new HashMap<>();

    void add(EngineSid sid, EngineSession session) {
        byId.put(sid.text(), session);
    }

    @Nullable
    EngineSession find(EngineSid sid) {
        return byId.get(sid.text());
    }

    void remove(EngineSid sid) {
        byId.remove(sid.text());
    }
}
