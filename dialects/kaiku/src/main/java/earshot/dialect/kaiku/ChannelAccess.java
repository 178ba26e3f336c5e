package earshot.dialect.kaiku;

import java.util.EnumSet;
import java.util.Set;

/**
 * What one user may do in one channel, all rules applied (protocols/kaiku.md section 6): roles, overrides, ownership, membership. Immutable.
 *
 * @param kind NONE: there is no such channel
 * @param rights what of it the user has; without SEE nothing else counts
 * @param userLimit most participants of a voice channel; 0: no limit of its own
 */
public record ChannelAccess(Kind kind, Set<Right> rights, int userLimit) {
    public static final ChannelAccess NO_CHANNEL = new ChannelAccess(Kind.NONE, Set.of(), 0);
    /** There is one, but not for this user. */
    public static final ChannelAccess HIDDEN = new ChannelAccess(Kind.TEXT, Set.of(), 0);
    /** A participant of a direct-message channel has every right in it. */
    public static final ChannelAccess DIRECT = new ChannelAccess(Kind.DIRECT, EnumSet.allOf(Right.class), 0);

    public enum Kind {
        NONE,
        TEXT,
        VOICE,
        /** Direct messages, of two or of a group. */
        DIRECT
    }

    public enum Right {
        /** VIEW_CHANNEL, bit 24: to subscribe. */
        SEE,
        /** SEND_MESSAGES, bit 0: also to be seen typing. */
        WRITE,
        /** MANAGE_MESSAGES, bit 10. */
        MANAGE_MESSAGES,
        /** VOICE_CONNECT, bit 5. */
        CONNECT,
        /** VOICE_SPEAK, bit 6: without it one is muted. */
        SPEAK,
        /** VOICE_MUTE_OTHERS, bit 7. */
        MUTE_OTHERS
    }

    public ChannelAccess {
        rights = Set.copyOf(rights);
    }

    public boolean exists() {
        return kind != Kind.NONE;
    }

    public boolean may(Right right) {
        return rights.contains(Right.SEE) && rights.contains(right);
    }
}
