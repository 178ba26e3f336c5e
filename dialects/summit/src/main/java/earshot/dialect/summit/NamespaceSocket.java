package earshot.dialect.summit;

import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.message.Status;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One namespace that a connection is in: what the protocol calls a socket. Belongs to its conversation. */
final class NamespaceSocket {
    /** Frozen rooms are read with a bound of their own. */
    private static final int MAX_PLACES = 1000;

    final String namespace;
    /** What the client knows itself by here. */
    final String sid;
    /** A secret by which the client may come back to this; empty: it may not. */
    final String pid;

    private final Map<RoomId, RoomPlace> places = new LinkedHashMap<>(4);
    /** Rooms that a client which came back cannot be in any more, by its names for them. */
    private final List<String> lostRooms = new ArrayList<>(0);
    /** Rooms that a client which comes back is not in again yet: until then it is not connected. */
    private int returning;
    /** What is written down of it is not what it is now. */
    private boolean dirty;

    /** What the client had heard last when it came back; empty: it has not yet. */
    private String resumedAt = "";

    private final Unanswered unanswered = new Unanswered();
    private final OwedAcks owed = new OwedAcks();
    private Status status = new Status(PresenceJson.ONLINE, "");

    NamespaceSocket(String namespace, String sid, String pid) {
        this.namespace = namespace;
        this.sid = sid;
        this.pid = pid;
    }

    NamespaceSocket resumedAt(String offset) {
        resumedAt = offset;
        return this;
    }

    String resumedAt() {
        return resumedAt;
    }

    boolean hasOffsets() {
        return !pid.isEmpty();
    }

    Variant variant(RoomSpelling spelling) {
        return new Variant(spelling, hasOffsets());
    }

    Status status() {
        return status;
    }

    Unanswered unanswered() {
        return unanswered;
    }

    OwedAcks owed() {
        return owed;
    }

    void show(Status chosen) {
        status = chosen;
    }

    /** Whether joiners need to be told what this user shows. */
    boolean showsAnything() {
        return !status.word().equals(PresenceJson.ONLINE) || !status.note().isEmpty();
    }

    // ---- rooms

    @Nullable
    RoomPlace place(RoomId room) {
        return places.get(room);
    }

    int places() {
        return places.size();
    }

    RoomPlace join(RoomSpelling.Meant meant, String name) {
        dirty |= !places.containsKey(meant.room());
        RoomPlace place = places.computeIfAbsent(meant.room(), room -> new RoomPlace(room, name, meant.spelling()));
        place.joining++;
        return place;
    }

    /** @param at where the room was then; null: the join was refused */
    void joined(RoomId room, @Nullable Position at) {
        RoomPlace place = places.get(room);
        if (place == null) return;
        place.joining = Math.max(0, place.joining - 1);
        if (at != null && !place.in) {
            place.in = true;
            place.heard = at;
            if (place.from.equals(Position.START)) place.from = at;
        }
        dirty = true;
        if (place.isOver()) places.remove(room);
    }

    void left(RoomId room) {
        RoomPlace place = places.get(room);
        if (place == null) return;
        place.in = false;
        place.from = Position.START;
        dirty = true;
        if (place.isOver()) places.remove(room);
    }

    /** Whether it has to be written down, which is done then. */
    boolean takeDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    List<RoomPlace> allPlaces() {
        return List.copyOf(places.values());
    }

    // ---- coming back

    /** @param after the last of it that the client heard */
    void returnTo(Lost.Place place, Position after) {
        RoomPlace again = new RoomPlace(place.room(), place.name(), place.spelling());
        again.joining = 1;
        again.from = after;
        places.put(place.room(), again);
        returning++;
    }

    /** @param lost null: it is in the room again */
    void returned(@Nullable String lost) {
        returning--;
        if (lost != null) lostRooms.add(lost);
    }

    boolean isReturning() {
        return returning > 0;
    }

    List<String> lostRooms() {
        return List.copyOf(lostRooms);
    }

    /** What a client that comes back hears of a room says of the others: those that it was told already, and those that are still to come. */
    String others(RoomPlace place, Inbox inbox) {
        StringBuilder others = new StringBuilder();
        int told = 0;
        for (RoomPlace other : places.values()) {
            if (other == place) continue;
            if (told++ == OtherRooms.MOST) return others.append(OtherRooms.MORE).toString();
            Position live = other.in ? inbox.told(other.room) : null;
            others.append(OtherRooms.text(other.room, live != null ? live : other.in ? other.heard : other.from));
        }
        return others.toString();
    }

    /** Every room that was asked for and not left. */
    List<RoomId> rooms() {
        return List.copyOf(places.keySet());
    }

    /** Those that it is in. */
    List<RoomPlace> inside() {
        List<RoomPlace> inside = new ArrayList<>(places.size());
        for (RoomPlace place : places.values()) if (place.in) inside.add(place);
        return inside;
    }

    // ---- freeze and thaw

    void freeze(DataOutput out) throws IOException {
        out.writeUTF(namespace);
        out.writeUTF(sid);
        out.writeUTF(pid);
        out.writeUTF(status.word());
        out.writeUTF(status.note());
        out.writeBoolean(dirty);
        out.writeUTF(resumedAt);
        out.writeShort(returning);
        out.writeShort(lostRooms.size());
        for (String lost : lostRooms) out.writeUTF(lost);
        unanswered.freeze(out);
        out.writeShort(places.size());
        for (RoomPlace place : places.values()) {
            out.writeUTF(place.room.realm());
            out.writeUTF(place.room.tenant());
            out.writeUTF(place.room.name());
            out.writeUTF(place.name);
            out.writeByte(place.spelling.code());
            out.writeShort(place.joining);
            out.writeBoolean(place.in);
            Lost.write(place.heard, out);
            Lost.write(place.from, out);
        }
    }

    /** Throws {@link IllegalArgumentException} for what nobody froze. */
    static NamespaceSocket thaw(DataInput in) throws IOException {
        NamespaceSocket thawed = new NamespaceSocket(in.readUTF(), in.readUTF(), in.readUTF());
        thawed.status = new Status(in.readUTF(), in.readUTF());
        thawed.dirty = in.readBoolean();
        thawed.resumedAt = in.readUTF();
        thawed.returning = in.readUnsignedShort();
        for (int lost = in.readUnsignedShort(); lost > 0; lost--) thawed.lostRooms.add(in.readUTF());
        thawed.unanswered.thaw(in);
        int count = in.readUnsignedShort();
        if (count > MAX_PLACES) throw new IOException("rooms: " + count);
        for (int i = 0; i < count; i++) {
            RoomId room = new RoomId(in.readUTF(), in.readUTF(), in.readUTF());
            RoomPlace place = new RoomPlace(room, in.readUTF(), spelling(in.readUnsignedByte()));
            place.joining = in.readUnsignedShort();
            place.in = in.readBoolean();
            place.heard = Lost.position(in);
            place.from = Lost.position(in);
            thawed.places.put(room, place);
        }
        return thawed;
    }

    private static RoomSpelling spelling(int code) throws IOException {
        RoomSpelling spelling = RoomSpelling.ofCode(code);
        if (spelling == null) throw new IOException("spelling: " + code);
        return spelling;
    }
}
