package earshot.dialect.graphwiz;

import earshot.core.message.RoomId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** The parts of a frozen conversation that say who and where. */
final class Frozen {
    private static final int MAX_ROLES = 1000;

    private Frozen() {}

    static void write(RoomId room, DataOutput out) throws IOException {
        out.writeUTF(room.realm());
        out.writeUTF(room.tenant());
        out.writeUTF(room.name());
    }

    static RoomId readRoom(DataInput in) throws IOException {
        return new RoomId(in.readUTF(), in.readUTF(), in.readUTF());
    }

    static void write(Door.Caller caller, DataOutput out) throws IOException {
        out.writeUTF(caller.userId());
        out.writeUTF(caller.clientId());
        out.writeUTF(caller.displayName());
        Set<String> roles = new HashSet<>(caller.roles());
        out.writeShort(Math.min(MAX_ROLES, roles.size()));
        for (String role : roles.stream().limit(MAX_ROLES).toList()) out.writeUTF(role);
        out.writeUTF(caller.tokenId());
        out.writeBoolean(caller.isKnown());
        out.writeByte(Variant.of(caller.framing()));
        out.writeBoolean(caller.acknowledges());
    }

    static Door.Caller readCaller(DataInput in) throws IOException {
        String userId = in.readUTF();
        String clientId = in.readUTF();
        String name = in.readUTF();
        Set<String> roles = new HashSet<>();
        int count = in.readUnsignedShort();
        if (count > MAX_ROLES) throw new IOException("frozen roles: " + count);
        for (int i = 0; i < count; i++) roles.add(in.readUTF());
        return new Door.Caller(
                userId,
                clientId,
                name,
                Set.copyOf(roles),
                in.readUTF(),
                in.readBoolean(),
                Variant.framing(in.readByte()),
                in.readBoolean());
    }

    static void write(Identity identity, DataOutput out) throws IOException {
        out.writeUTF(identity.userId());
        out.writeUTF(identity.clientId());
        out.writeUTF(identity.connectionId());
    }

    static Identity readIdentity(DataInput in) throws IOException {
        return new Identity(in.readUTF(), in.readUTF(), in.readUTF());
    }
}
