package earshot.dialect.summit;

import earshot.core.message.CloseReason;
import earshot.core.message.SessionId;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The namespaces that a connection is in, what is written down of them so that they can be come back to, and what is counted. Belongs to its conversation. */
final class Sockets implements Iterable<NamespaceSocket> {
    static final int MAX = 16;

    private final SummitDialect.Parts parts;
    /** Whether what its client is told can say how far it heard other rooms: not when it is packed. */
    private final boolean exact;
    /** Tells what this connection wrote down from what another one did. */
    private final long owner;

    private final List<NamespaceSocket> all = new ArrayList<>(1);
    private long renewedMillis;

    Sockets(SummitDialect.Parts parts, Session session) {
        SessionId id = session.id();
        this.parts = parts;
        this.exact = session.packing() == 0;
        this.owner = id.incarnation() * 31 + id.serial();
    }

    @Override
    public Iterator<NamespaceSocket> iterator() {
        return all.iterator();
    }

    int size() {
        return all.size();
    }

    @Nullable
    NamespaceSocket in(String namespace) {
        for (NamespaceSocket socket : all) if (socket.namespace.equals(namespace)) return socket;
        return null;
    }

    @Nullable
    NamespaceSocket called(String sid) {
        for (NamespaceSocket socket : all) if (socket.sid.equals(sid)) return socket;
        return null;
    }

    void add(NamespaceSocket socket, Identity who) {
        all.add(socket);
        parts.meter()
                .move(Metric.ACTIVE_PRESENCE, 1, who.tenant(), socket.status().word());
    }

    /** For good: nobody comes back to it. */
    void remove(NamespaceSocket socket, Identity who) {
        all.remove(socket);
        socket.owed().forget();
        parts.recovery().forget(socket.pid, owner);
        parts.meter()
                .move(Metric.ACTIVE_PRESENCE, -1, who.tenant(), socket.status().word());
    }

    // ---- writing down

    private Lost lost(NamespaceSocket socket, Identity who) {
        return Lost.of(socket, who, exact);
    }

    /** Whoever had it before has it no more. */
    void open(NamespaceSocket socket, Identity who) {
        parts.recovery().open(lost(socket, who), socket.pid, owner);
    }

    /** What changed of where they are. */
    void writeDown(Identity who) {
        for (NamespaceSocket socket : all)
            if (socket.takeDirty() && !socket.isReturning())
                parts.recovery().renew(lost(socket, who), socket.pid, owner);
    }

    /** Connections do it at times of their own: each counts from its first look. */
    void renew(Identity who) {
        long now = parts.clock().millis();
        if (now - renewedMillis < Recovery.RENEW_MILLIS) return;
        boolean first = renewedMillis == 0;
        renewedMillis = now;
        if (first) return;
        for (NamespaceSocket socket : all)
            if (!socket.isReturning()) parts.recovery().renew(lost(socket, who), socket.pid, owner);
    }

    void ended(CloseReason reason, Identity who) {
        for (NamespaceSocket socket : all) {
            parts.meter()
                    .move(
                            Metric.ACTIVE_PRESENCE,
                            -1,
                            who.tenant(),
                            socket.status().word());
            socket.owed().forget();
            if (mayComeBack(reason)) parts.recovery().lost(lost(socket, who), socket.pid, owner);
            else parts.recovery().forget(socket.pid, owner);
        }
    }

    /** As the reference: after every loss of the transport, and not after a packet of goodbye, which leaves no socket behind. */
    private static boolean mayComeBack(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT, DRAINING, IDLE, DEAD_PEER, SLOW_READER, OVER_BUDGET, FAULT -> true;
            case TOO_BIG, PROTOCOL_ERROR, BAD_DATA, ABUSE, KICKED, REVOKED -> false;
        };
    }

    // ---- freeze and thaw

    void freeze(DataOutput out) throws IOException {
        out.writeLong(renewedMillis);
        out.writeByte(all.size());
        for (NamespaceSocket socket : all) socket.freeze(out);
    }

    void thaw(DataInput in) throws IOException {
        renewedMillis = in.readLong();
        int count = in.readUnsignedByte();
        if (count > MAX) throw new IOException("namespaces: " + count);
        for (int i = 0; i < count; i++) all.add(NamespaceSocket.thaw(in));
    }
}
