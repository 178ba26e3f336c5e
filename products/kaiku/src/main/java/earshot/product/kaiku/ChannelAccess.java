package earshot.product.kaiku;

import java.util.Set;
import java.util.UUID;

/** Whether somebody may be in a channel, and what for. */
public sealed interface ChannelAccess {
    /** There is no such channel. */
    record Unknown() implements ChannelAccess {}

    /** There is, and it is not for them. */
    record Denied(Channel channel) implements ChannelAccess {}

    /**
     * @param permissions what they may do there; a participant of a DM everything
     * @param participants of a DM, the one who asks included; empty for a channel of a guild
     */
    record Granted(Channel channel, long permissions, Set<UUID> participants) implements ChannelAccess {
        public boolean may(Permission permission) {
            return permission.isIn(permissions);
        }
    }
}
