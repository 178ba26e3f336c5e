package earshot.product.kaiku;

import java.util.ArrayList;
import java.util.List;

/**
 * What a member of a guild may do, as bits of a number that clients and tables know (protocols/kaiku.md section 6; the others are those of the original's
 * guild permissions).
 */
public enum Permission {
    SEND_MESSAGES(0),
    EMBED_LINKS(1),
    ATTACH_FILES(2),
    USE_EMOJI(3),
    ADD_REACTIONS(4),
    VOICE_CONNECT(5),
    VOICE_SPEAK(6),
    VOICE_MUTE_OTHERS(7),
    VOICE_DEAFEN_OTHERS(8),
    VOICE_MOVE_MEMBERS(9),
    MANAGE_MESSAGES(10),
    TIMEOUT_MEMBERS(11),
    KICK_MEMBERS(12),
    BAN_MEMBERS(13),
    MANAGE_CHANNELS(14),
    MANAGE_ROLES(15),
    VIEW_AUDIT_LOG(16),
    MANAGE_GUILD(17),
    TRANSFER_OWNERSHIP(18),
    CREATE_INVITE(19),
    MANAGE_INVITES(20),
    MANAGE_PAGES(21),
    SCREEN_SHARE(22),
    MENTION_EVERYONE(23),
    VIEW_CHANNEL(24),
    PIN_MESSAGES(25);

    public static final long NONE = 0;

    /** Every bit that there is. */
    public static final long ALL = (1L << values().length) - 1;

    /** What the role of everybody has in a new guild. */
    public static final long EVERYONE = of(
            VIEW_CHANNEL,
            SEND_MESSAGES,
            EMBED_LINKS,
            ATTACH_FILES,
            USE_EMOJI,
            ADD_REACTIONS,
            VOICE_CONNECT,
            VOICE_SPEAK,
            CREATE_INVITE);

    /** What the role of everybody may never have: rights over others, and over the guild. */
    public static final long NEVER_EVERYONE = of(
            VOICE_MUTE_OTHERS,
            VOICE_DEAFEN_OTHERS,
            VOICE_MOVE_MEMBERS,
            MANAGE_MESSAGES,
            TIMEOUT_MEMBERS,
            KICK_MEMBERS,
            BAN_MEMBERS,
            MANAGE_CHANNELS,
            MANAGE_ROLES,
            VIEW_AUDIT_LOG,
            MANAGE_GUILD,
            TRANSFER_OWNERSHIP,
            MANAGE_INVITES,
            MANAGE_PAGES,
            SCREEN_SHARE,
            MENTION_EVERYONE,
            PIN_MESSAGES);

    private final long bit;

    Permission(int bit) {
        this.bit = 1L << bit;
    }

    public long bit() {
        return bit;
    }

    public boolean isIn(long bits) {
        return (bits & bit) != 0;
    }

    public static long of(Permission... permissions) {
        long bits = 0;
        for (Permission permission : permissions) bits |= permission.bit;
        return bits;
    }

    /** Their names, with {@code |} between them; bits that nobody knows are left out. */
    public static String names(long bits) {
        List<String> names = new ArrayList<>();
        for (Permission permission : values()) if (permission.isIn(bits)) names.add(permission.name());
        return String.join(" | ", names);
    }
}
