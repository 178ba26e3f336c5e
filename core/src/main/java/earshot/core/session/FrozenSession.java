package earshot.core.session;

import earshot.core.message.JoinOptions;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.time.Loop;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session as plain data: who it is and where it was, up to which position. With what its conversation froze, everything that another loop, a later
 * moment or another process needs to go on. Reading is bounded: bytes that were not written by {@link #write} end in an {@link IOException}, whatever
 * they claim to hold.
 */
public record FrozenSession(
        SessionId id,
        String dialect,
        String tenant,
        @Nullable Profile user,
        Set<String> permissions,
        long connectedMillis,
        String remote,
        String tokenId,
        List<Membership> memberships) {

    private static final int VERSION = 1;
    private static final int MAX_MEMBERSHIPS = 10_000;
    private static final int MAX_PERMISSIONS = 10_000;
    private static final int MAX_TEXT_BYTES = 1 << 20;

    /** @param heard the last entry that the session heard there */
    public record Membership(RoomId room, JoinOptions options, Position heard) {
        /** How to be there again without missing anything. */
        public JoinOptions again() {
            return new JoinOptions(
                    options.variant(), options.filtered(), options.silent(), options.historyLimit(), heard);
        }
    }

    public FrozenSession {
        permissions = Set.copyOf(permissions);
        memberships = List.copyOf(memberships);
        if (memberships.size() > MAX_MEMBERSHIPS)
            throw new IllegalArgumentException(
                    "memberships: " + memberships.size() + " (expected: 0.." + MAX_MEMBERSHIPS + ")");
    }

    public static FrozenSession of(Session session, List<Membership> memberships) {
        return new FrozenSession(
                session.id(),
                session.dialect(),
                session.tenant(),
                session.user(),
                session.permissions(),
                session.connectedMillis(),
                session.remote(),
                session.tokenId(),
                memberships);
    }

    /** The same session on a loop of this process. */
    public Session thaw(Loop home) {
        return new Session(id, home, dialect, tenant, user, permissions, connectedMillis, remote, tokenId);
    }

    // --- bytes

    public byte[] toBytes() {
        try {
            var bytes = new ByteArrayOutputStream();
            write(new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of the bytes, and nothing behind them. */
    public static FrozenSession fromBytes(byte[] bytes) throws IOException {
        var in = new ByteArrayInputStream(bytes);
        FrozenSession session = read(new DataInputStream(in));
        if (in.available() > 0) throw new IOException("frozen session: " + in.available() + " bytes too many");
        return session;
    }

    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(id.incarnation());
        out.writeLong(id.serial());
        writeText(out, dialect);
        writeText(out, tenant);
        writeUser(out, user);
        out.writeInt(permissions.size());
        for (String permission : permissions) writeText(out, permission);
        out.writeLong(connectedMillis);
        writeText(out, remote);
        writeText(out, tokenId);
        out.writeInt(memberships.size());
        for (Membership membership : memberships) write(out, membership);
    }

    public static FrozenSession read(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION)
            throw new IOException("frozen session: version " + version + " (expected: " + VERSION + ")");
        try {
            return readFields(in);
        } catch (IllegalArgumentException e) {
            throw new IOException("frozen session: " + e.getMessage(), e);
        }
    }

    private static FrozenSession readFields(DataInput in) throws IOException {
        return new FrozenSession(
                new SessionId(in.readLong(), in.readLong()),
                readText(in),
                readText(in),
                readUser(in),
                readPermissions(in),
                in.readLong(),
                readText(in),
                readText(in),
                readMemberships(in));
    }

    private static Set<String> readPermissions(DataInput in) throws IOException {
        int count = readCount(in, "permissions", MAX_PERMISSIONS);
        Set<String> permissions = new HashSet<>();
        for (int i = 0; i < count; i++) permissions.add(readText(in));
        return permissions;
    }

    private static List<Membership> readMemberships(DataInput in) throws IOException {
        int count = readCount(in, "memberships", MAX_MEMBERSHIPS);
        List<Membership> memberships = new ArrayList<>();
        for (int i = 0; i < count; i++) memberships.add(readMembership(in));
        return memberships;
    }

    private static void write(DataOutput out, Membership membership) throws IOException {
        writeText(out, membership.room.realm());
        writeText(out, membership.room.tenant());
        writeText(out, membership.room.name());
        JoinOptions options = membership.options;
        out.writeInt(options.variant());
        out.writeBoolean(options.filtered());
        out.writeBoolean(options.silent());
        out.writeInt(options.historyLimit());
        Position after = options.after();
        out.writeBoolean(after != null);
        if (after != null) write(out, after);
        write(out, membership.heard);
    }

    private static Membership readMembership(DataInput in) throws IOException {
        var room = new RoomId(readText(in), readText(in), readText(in));
        var options = new JoinOptions(
                in.readInt(),
                in.readBoolean(),
                in.readBoolean(),
                in.readInt(),
                in.readBoolean() ? readPosition(in) : null);
        return new Membership(room, options, readPosition(in));
    }

    private static void write(DataOutput out, Position position) throws IOException {
        out.writeLong(position.epoch());
        out.writeLong(position.offset());
    }

    private static Position readPosition(DataInput in) throws IOException {
        return new Position(in.readLong(), in.readLong());
    }

    private static void writeUser(DataOutput out, @Nullable Profile user) throws IOException {
        out.writeBoolean(user != null);
        if (user == null) return;
        writeText(out, user.user().realm());
        writeText(out, user.user().id());
        writeText(out, user.name());
        String avatar = user.avatarUrl();
        out.writeBoolean(avatar != null);
        if (avatar != null) writeText(out, avatar);
        writeText(out, user.attributes());
    }

    private static @Nullable Profile readUser(DataInput in) throws IOException {
        if (!in.readBoolean()) return null;
        var id = new UserId(readText(in), readText(in));
        return new Profile(id, readText(in), in.readBoolean() ? readText(in) : null, readText(in));
    }

    private static void writeText(DataOutput out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES)
            throw new IOException("frozen session: a text of " + bytes.length + " bytes");
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Takes memory only as bytes really come: a length is no reason to allocate. */
    private static String readText(DataInput in) throws IOException {
        int length = readCount(in, "text", MAX_TEXT_BYTES);
        var bytes = new ByteArrayOutputStream(Math.min(length, 256));
        for (int i = 0; i < length; i++) bytes.write(in.readByte());
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int readCount(DataInput in, String what, int max) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > max)
            throw new IOException("frozen session: " + count + " " + what + " (expected: 0.." + max + ")");
        return count;
    }
}
