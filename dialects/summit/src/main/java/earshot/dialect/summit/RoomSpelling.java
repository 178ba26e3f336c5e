package earshot.dialect.summit;

import earshot.core.message.RoomId;
import earshot.core.room.Realms;
import org.jspecify.annotations.Nullable;

/**
 * What rooms are called: by clients, where {@code x} and {@code tenant:x} are one room, and in core, where a room of another namespace than {@code /} is
 * {@code /namespace,x}. A room of {@code /} whose own name begins with a slash is {@code /,/x} there, so that no two rooms have one name.
 */
enum RoomSpelling {
    /** The room's name. */
    PLAIN(0),
    /** {@code tenant:name}. */
    QUALIFIED(1),
    /** A meeting's room is {@code tenant:name}, and the client said the name alone. */
    CUT(2);

    static final int MAX_CHARS = 256;

    private final int code;

    RoomSpelling(int code) {
        this.code = code;
    }

    /** As it is written down, and part of a {@link Variant}; 0..3. */
    int code() {
        return code;
    }

    /** Null: nobody's. */
    static @Nullable RoomSpelling ofCode(int code) {
        return switch (code) {
            case 0 -> PLAIN;
            case 1 -> QUALIFIED;
            case 2 -> CUT;
            default -> null;
        };
    }

    /** A room as a client means it, and how that client calls it. */
    record Meant(RoomId room, RoomSpelling spelling) {}

    /** Null: this is no name. */
    static @Nullable Meant meant(
            Realms realms, String tenant, String namespace, @Nullable String name, SummitConfig.RoomNames names) {
        if (name == null || !isName(name)) return null;
        String prefix = tenant + ":";
        boolean qualified = name.length() > prefix.length() && name.startsWith(prefix);
        String plain = qualified ? name.substring(prefix.length()) : name;
        RoomId room = realms.resolve(SummitDialect.NAME, tenant, inCore(namespace, plain));
        boolean asQualified = qualified || names == SummitConfig.RoomNames.QUALIFIED;
        return new Meant(room, spelling(room, plain, asQualified));
    }

    private static RoomSpelling spelling(RoomId room, String plain, boolean qualified) {
        if (!room.realm().equals(RoomId.MEETING)) return qualified ? QUALIFIED : PLAIN;
        return nameIn(room).equals(plain) || qualified ? PLAIN : CUT;
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_CHARS
                && name.chars().noneMatch(c -> c < ' ' || c == 0x7f)
                && name.codePoints().noneMatch(RoomSpelling::isHalf);
    }

    /** Half of a surrogate pair cannot be written as UTF-8: two names would become one. */
    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    static String inCore(String namespace, String name) {
        if (!namespace.equals(Packets.MAIN)) return namespace + "," + name;
        return name.startsWith("/") ? "/," + name : name;
    }

    /** The namespace that a room is of. */
    static String namespaceOf(RoomId room) {
        String name = room.name();
        if (!name.startsWith("/")) return Packets.MAIN;
        int comma = name.indexOf(',');
        return comma < 0 ? Packets.MAIN : name.substring(0, comma);
    }

    private static String nameIn(RoomId room) {
        String name = room.name();
        if (!name.startsWith("/")) return name;
        return name.substring(name.indexOf(',') + 1);
    }

    /** What a client hears. */
    String of(RoomId room) {
        String name = nameIn(room);
        return switch (this) {
            case PLAIN -> name;
            case QUALIFIED -> room.tenant().isEmpty() ? name : room.tenant() + ":" + name;
            case CUT -> name.substring(name.indexOf(':') + 1);
        };
    }
}
