package earshot.server;

import earshot.core.message.RoomId;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import org.jspecify.annotations.Nullable;

/** Realms for dialects that are made before the rules of all dialects are known. Asked only once they are: thread-safe from then on. */
final class LateRealms implements Realms {
    private volatile @Nullable Realms realms;

    void are(Realms known) {
        realms = known;
    }

    @Override
    public RoomId resolve(String dialect, String tenant, String name) {
        return known().resolve(dialect, tenant, name);
    }

    @Override
    public RoomRules rules(RoomId room) {
        return known().rules(room);
    }

    private Realms known() {
        Realms found = realms;
        if (found == null) throw new IllegalStateException("realms: asked before the dialects were made");
        return found;
    }
}
