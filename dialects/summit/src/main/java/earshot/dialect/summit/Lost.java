package earshot.dialect.summit;

import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.message.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is written down of a socket, so that its client may come back to it: who it is, where it is, and up to where it surely heard each room.
 *
 * @param exact what it was told says how far it had heard its other rooms ({@link OtherRooms})
 * @param resumedAt the {@link Offset} with which it came back last: with that again, it has heard nothing since; empty: it has not come back
 * @param places those that it asked to be in and did not leave
 */
record Lost(
        String user,
        String tenant,
        String namespace,
        String sid,
        Status status,
        boolean exact,
        String resumedAt,
        List<Place> places) {
    private static final int VERSION = 2;
    private static final int MAX_PLACES = 1000;

    Lost {
        places = List.copyOf(places);
    }

    /**
     * @param name as the client called it
     * @param heard what it was told when it joined or came back went up to here; {@link Position#START}: not known
     * @param from and began behind this
     */
    record Place(RoomId room, String name, RoomSpelling spelling, Position heard, Position from) {}

    static Lost of(NamespaceSocket socket, Identity who, boolean exact) {
        return new Lost(
                who.user().user().id(),
                who.tenant(),
                socket.namespace,
                socket.sid,
                socket.status(),
                exact,
                socket.resumedAt(),
                socket.allPlaces().stream()
                        .map(p -> new Place(p.room, p.name, p.spelling, p.heard, p.from))
                        .toList());
    }

    boolean isOf(Identity who, String inNamespace) {
        return user.equals(who.user().user().id()) && tenant.equals(who.tenant()) && namespace.equals(inNamespace);
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            for (String text : List.of(user, tenant, namespace, sid, status.text())) out.writeUTF(text);
            out.writeBoolean(exact);
            out.writeUTF(resumedAt);
            out.writeShort(places.size());
            for (Place place : places) {
                for (String text : List.of(place.room.realm(), place.room.tenant(), place.room.name(), place.name))
                    out.writeUTF(text);
                out.writeByte(place.spelling.code());
                write(place.heard, out);
                write(place.from, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Throws {@link IOException} or {@link IllegalArgumentException} for what nobody of ours wrote. */
    static Lost fromBytes(byte[] bytes) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (in.readByte() != VERSION) throw new IOException("record: of another version");
        String user = in.readUTF();
        String tenant = in.readUTF();
        String namespace = in.readUTF();
        String sid = in.readUTF();
        Status status = Status.of(in.readUTF());
        boolean exact = in.readBoolean();
        String resumedAt = in.readUTF();
        int count = in.readUnsignedShort();
        if (count > MAX_PLACES) throw new IOException("record: " + count + " rooms");
        List<Place> places = new ArrayList<>(count);
        for (int i = 0; i < count; i++) places.add(place(in));
        return new Lost(user, tenant, namespace, sid, status, exact, resumedAt, places);
    }

    private static Place place(DataInputStream in) throws IOException {
        RoomId room = new RoomId(in.readUTF(), in.readUTF(), in.readUTF());
        String name = in.readUTF();
        RoomSpelling spelling = RoomSpelling.ofCode(in.readUnsignedByte());
        if (spelling == null) throw new IOException("record: no spelling");
        return new Place(room, name, spelling, position(in), position(in));
    }

    static void write(Position position, DataOutput out) throws IOException {
        out.writeLong(position.epoch());
        out.writeLong(position.offset());
    }

    static Position position(DataInput in) throws IOException {
        return new Position(in.readLong(), in.readLong());
    }
}
