package earshot.dialect.graphwiz;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;

/** Port: hears of a product's own messages, those of types 100 to 199, before the room does (DECISIONS 20). Any loop; must not block or throw. */
@FunctionalInterface
public interface CustomHook {
    /** @param payload as the client wrote it: bytes of the member {@code custom}, or JSON */
    void onCustom(RoomId room, Profile from, int type, byte[] payload);

    /** Nobody listens. */
    CustomHook NONE = (_, _, _, _) -> {};
}
