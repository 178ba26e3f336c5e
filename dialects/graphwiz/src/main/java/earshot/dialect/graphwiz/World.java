package earshot.dialect.graphwiz;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.room.RoomAudience;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.core.time.Loop;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One room as this dialect sees it: who is in it, what stands where, and who may do what. It stands between the room and those who hear it, on the room's
 * loop, so that whatever is told, by this node or another, passes through it once and in order; who joins gets the picture as of that place.
 *
 * <p>Confined to the room's loop, but for what handshakes and statistics read. What it holds goes with the room, some time after the last one left.
 */
final class World implements RoomAudience {
    private static final int MAX_LOOKS = 1000;

    private final RoomId room;
    private final Worlds.Parts parts;
    private final Notices notices;
    private final Scene scene;
    private final PoseTick tick;
    private final Departed departed;
    private final Order order;
    /** Of clients on other nodes, said before their join. */
    private final Map<String, PresenceData> looksToCome = new HashMap<>(2);

    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final Map<UserId, String> clients = new ConcurrentHashMap<>();
    private RoomAudience audience;
    private volatile String host = "";
    private volatile boolean open;

    World(RoomId room, Worlds.Parts parts, RoomAudience audience, Loop loop) {
        this.room = room;
        this.parts = parts;
        this.notices = parts.notices();
        this.scene = new Scene(parts.config().sizes());
        this.tick = new PoseTick(loop, parts.clock(), parts.config().rooms().poseTick());
        this.departed = new Departed(parts.config().rooms().returnWithin(), loop, parts.clock(), this::onGoneForGood);
        this.order = new Order(this, parts);
        this.audience = audience;
        this.open = true;
    }

    RoomId room() {
        return room;
    }

    /** The room is open again, before what it held was forgotten. */
    void reopen(RoomAudience again) {
        audience = again;
        open = true;
    }

    // --- any thread

    Collection<Member> members() {
        return members.values();
    }

    @Nullable
    Member member(String clientId) {
        return members.get(clientId);
    }

    boolean isOpen() {
        return open;
    }

    String host() {
        return host;
    }

    /** To be asked on the room's loop. */
    Order order() {
        return order;
    }

    boolean isLocked() {
        return order.isLocked();
    }

    /** Whether it left a moment ago and is expected back. */
    boolean expects(String clientId, String userId) {
        return departed.expects(clientId, userId);
    }

    // --- who hears

    @Override
    public void add(Session session, JoinOptions options) {
        audience.add(session, options);
        Profile user = session.user();
        if (!session.dialect().equals(GraphwizDialect.NAME) || user == null) return;
        Member member = members.get(Identity.clientIdOf(user));
        if (member == null) member = join(user, session.connectedMillis());
        if (!member.user.equals(user.user())) {
            // Somebody else came to this name between this one's handshake and its join.
            parts.connections().close(session, CloseReason.KICKED);
            return;
        }
        takeOver(member, session);
        claim(session, member.clientId());
        forgetOrphans();
        member.sessions.put(session.id(), session);
        greet(member, session, options, false);
    }

    /** By now it is known what it reads. */
    @Override
    public void change(Session session, JoinOptions options) {
        audience.change(session, options);
        Profile user = session.user();
        Member member = user == null ? null : members.get(Identity.clientIdOf(user));
        if (member != null && member.sessions.containsKey(session.id())) greet(member, session, options, true);
    }

    private void takeOver(Member member, Session newest) {
        for (Session older : List.copyOf(member.sessions.values())) {
            if (older.id().equals(newest.id())) continue;
            parts.endings().takenOver(older.id());
            parts.connections().close(older, CloseReason.KICKED);
        }
    }

    private void greet(Member member, Session session, JoinOptions options, boolean again) {
        var hello = new Hello(
                room.name(),
                member,
                members.values(),
                scene,
                notices,
                host,
                parts.clock().millis());
        byte[] frames = Words.packed(hello.frames(Variant.framing(options.variant()), again));
        if (frames.length > 0) tellOne(session.id(), Kinds.HELLO, frames);
    }

    @Override
    public void remove(Session session) {
        audience.remove(session);
        Profile user = session.user();
        Member member = user == null ? null : members.get(Identity.clientIdOf(user));
        if (member != null) member.sessions.remove(session.id());
    }

    /** The room has no members left on this node. */
    @Override
    public void close() {
        open = false;
        for (Member member : List.copyOf(members.values())) depart(member);
        host = "";
        tick.close();
        order.close();
        audience.close();
        if (departed.isEmpty()) parts.forget().accept(this);
    }

    /** Those who left are not back: what they owned is not kept any longer. */
    private void onGoneForGood() {
        if (!open && departed.isEmpty()) parts.forget().accept(this);
    }

    // --- what they hear

    @Override
    public void tell(Event event, Audience to) {
        switch (event) {
            case Event.UserJoined joined -> {
                audience.tell(event, to);
                if (!members.containsKey(Identity.clientIdOf(joined.user()))) {
                    var _ = join(joined.user(), joined.joinedMillis());
                }
            }
            case Event.UserLeft left -> {
                audience.tell(event, to);
                onLeft(left.user());
            }
            case Event.Relayed relayed when relayed.dialect().equals(GraphwizDialect.NAME) -> onRelayed(relayed, to);
            // Nobody here hears themselves.
            case KeptEvent.MessagePosted posted
            when to instanceof Audience.All ->
                audience.tell(event, others(posted.message().author().user()));
            default -> audience.tell(event, to);
        }
    }

    private static Audience others(UserId author) {
        return author.realm().equals(GraphwizDialect.NAME) ? new Audience.AllButUser(author) : Audience.ALL;
    }

    private void onRelayed(Event.Relayed event, Audience to) {
        int type = event.variantOrKind();
        if (type == Types.POSITION) onPose(event, to);
        else if (type == Types.VOICE) onVoice(event, to);
        else onMessage(type, event, to);
        long start = Packet.startNanos(event.payload());
        if (start != 0 && isOurs(to)) parts.numbers().latency(parts.clock().nanos() - start);
    }

    /** Said by a client of this node. */
    private boolean isOurs(Audience to) {
        return to instanceof Audience.AllButSession but && but.session().incarnation() == parts.incarnation();
    }

    private void onMessage(int type, Event.Relayed event, Audience to) {
        Packet packet = Packet.of(event.payload());
        if (packet == null) return;
        if (to instanceof Audience.OneSession asking && order.isRequest(type)) {
            order.onRequest(type, packet, asking.session());
        } else if (type == Types.SPAWN || type == Types.UPDATE || type == Types.DESPAWN) {
            onThing(type, packet, event, to);
        } else if (type == Types.PRESENCE) {
            onLooks(packet, isOurs(to));
            audience.tell(event, to);
        } else if (type == Types.KICKED || type == Types.MUTED || type == Types.LOCKED) {
            audience.tell(event, to);
            order.onDecided(type, packet);
        } else if (type == Kinds.TAKEN_OVER) {
            onTakenOver(packet);
        } else if (type == Kinds.STATE) {
            onPiece(event.key(), packet);
        } else {
            audience.tell(event, to);
        }
    }

    // --- where things are

    private void onPose(Event.Relayed event, Audience to) {
        String key = event.key();
        if (key == null) return;
        Member mover = members.get(PoseKey.client(key));
        String entity = PoseKey.entity(key);
        if (mover != null && !mover.moved.equals(entity)) mover.moved = entity;
        scene.moved(entity, event);
        int replaced = tick.moved(key, event, to, audience);
        if (replaced > 0) parts.meter().add(Metric.DROPS, replaced, Lane.LATEST.word(), "tick");
    }

    private void onVoice(Event.Relayed event, Audience to) {
        Packet packet = Packet.of(event.payload());
        if (packet == null || order.isMuted(packet.sender())) return;
        audience.tell(event, to);
    }

    private void onThing(int type, Packet packet, Event.Relayed event, Audience to) {
        Message message = Words.read(packet);
        if (message == null) return;
        if (!change(type, packet, message)) {
            error(packet, 413, "The room takes no more of this");
            return;
        }
        audience.tell(event, to);
        if (!isOurs(to)) return;
        String id = type == Types.SPAWN
                ? message.getEntitySpawn().getEntityId()
                : type == Types.UPDATE
                        ? message.getEntityUpdate().getEntityId()
                        : message.getEntityDespawn().getEntityId();
        share(new Shared.Piece.Thing(id, scene.find(id)));
    }

    /** False: there is no room for it. */
    private boolean change(int type, Packet packet, Message message) {
        if (type == Types.SPAWN) {
            Entity spawned = Entity.of(packet, message);
            if (!scene.put(spawned)) return false;
            // Where it was before it was there, nobody knows who hears of it now.
            scene.forgetPose(spawned.id);
            tick.forgetEntity(spawned.id);
            return true;
        }
        if (type == Types.UPDATE) {
            Entity known = scene.find(message.getEntityUpdate().getEntityId());
            return known == null || scene.put(known.updated(packet, message));
        }
        String gone = message.getEntityDespawn().getEntityId();
        scene.remove(gone);
        tick.forgetEntity(gone);
        return true;
    }

    private void onLooks(Packet packet, boolean isOurs) {
        Message message = Words.read(packet);
        Member member = members.get(packet.sender());
        if (message == null || member == null) return;
        member.presence = member.presence.toBuilder()
                .mergeFrom(message.getPresenceEvent().getData())
                .clearHostClientId()
                .build();
        if (isOurs) share(new Shared.Piece.Looks(member.clientId(), member.presence));
    }

    // --- the same room on other nodes

    /** For nodes that come to this room later. */
    void share(Shared.Piece piece) {
        if (!parts.isShared()) return;
        var packet = new Packet(Framing.PROTOBUF, "", Long.toString(parts.incarnation()), 0, 0, Shared.bytes(piece));
        var event = new Event.Relayed(
                room, GraphwizDialect.NAME, Lane.LATEST, Shared.key(piece), Kinds.STATE, packet.bytes());
        parts.line().relay(event, Audience.ALL);
    }

    private void onPiece(@Nullable String key, Packet packet) {
        boolean isOwn = packet.messageId().equals(Long.toString(parts.incarnation()));
        Shared.Piece piece = key == null || isOwn ? null : Shared.read(key, packet.raw());
        switch (piece) {
            case null -> {}
            case Shared.Piece.Thing thing -> onThing(thing);
            case Shared.Piece.Looks looks -> {
                Member member = members.get(looks.clientId());
                if (member != null) member.presence = looks.looks();
                else if (looksToCome.size() < MAX_LOOKS) looksToCome.put(looks.clientId(), looks.looks());
            }
            case Shared.Piece.Muted muted -> order.mute(muted.clientId(), muted.muted());
            case Shared.Piece.Locked locked -> order.lock(locked.locked());
            case Shared.Piece.Banned banned -> parts.bans().add(room, banned.who());
        }
    }

    private void onThing(Shared.Piece.Thing thing) {
        Entity entity = thing.entity();
        boolean isNews = scene.find(thing.id()) == null;
        if (entity == null) scene.remove(thing.id());
        else if (scene.put(entity) && isNews) tell(Types.SPAWN, notices.spawned(entity), Audience.ALL);
    }

    /** What another node told of those who had left before this one knew of them. */
    private void forgetOrphans() {
        if (!parts.isShared() || parts.config().rooms().despawn() == GraphwizConfig.Despawn.NEVER) return;
        for (Entity entity : List.copyOf(scene.entities()))
            if (!members.containsKey(entity.ownerClient)) scene.remove(entity.id);
    }

    private void claim(Session session, String clientId) {
        if (!parts.isShared()) return;
        var packet = new Packet(Framing.PROTOBUF, clientId, session.id().toString(), 0, 0, new byte[0]);
        parts.line().relay(sure(Kinds.TAKEN_OVER, packet.bytes()), Audience.ALL);
    }

    // --- who is here

    private Member join(Profile profile, long joinedMillis) {
        var member = new Member(profile, joinedMillis);
        members.put(member.clientId(), member);
        clients.put(member.user, member.clientId());
        PresenceData known = looksToCome.remove(member.clientId());
        if (known != null) member.presence = known;
        List<Entity> back = member.isForeign ? List.of() : departed.back(member, scene);
        Member first = members.get(host);
        if (!member.isForeign && (first == null || isBefore(member, first))) host = member.clientId();
        tellOthers(member, Types.JOIN, notices.joined(member, host));
        if (!member.presence.equals(PresenceData.getDefaultInstance()))
            tellOthers(member, Types.PRESENCE, notices.looks(member));
        for (Entity entity : back) reappear(member, entity);
        return member;
    }

    /** On behalf of a client that came back: it does not say again what it had said. */
    private void reappear(Member owner, Entity entity) {
        tellOthers(owner, Types.SPAWN, notices.spawned(entity));
        var at = scene.position(entity.id);
        if (at != null) tellOthers(owner, Types.POSITION, notices.moved(at));
        share(new Shared.Piece.Thing(entity.id, entity));
    }

    private void onLeft(Profile profile) {
        String clientId = clients.remove(profile.user());
        Member member = clientId == null ? null : members.get(clientId);
        if (member == null || !member.user.equals(profile.user())) return;
        tell(Types.LEAVE, notices.left(member), Audience.ALL);
        for (Entity gone : depart(member)) tell(Types.DESPAWN, notices.despawned(gone.id), Audience.ALL);
        electHost(member);
    }

    /** What goes with it. */
    private List<Entity> depart(Member member) {
        members.remove(member.clientId());
        clients.remove(member.user);
        tick.forgetClient(member.clientId());
        if (member.isForeign) return List.of();
        boolean despawns = parts.config().rooms().despawn() == GraphwizConfig.Despawn.WITH_OWNER;
        List<Entity> owned = despawns ? scene.ownedBy(member.clientId()) : List.of();
        departed.add(member, owned, scene);
        for (Entity entity : owned) scene.remove(entity.id);
        scene.forgetPosesOf(member.clientId());
        return owned;
    }

    /** When the host has left: who is here for longest. */
    private void electHost(Member gone) {
        if (!gone.clientId().equals(host)) return;
        Member eldest = null;
        for (Member member : members.values()) {
            if (!member.isForeign && (eldest == null || isBefore(member, eldest))) eldest = member;
        }
        host = eldest == null ? "" : eldest.clientId();
        if (eldest != null) tell(Types.PRESENCE, notices.host(host), Audience.ALL);
    }

    private static boolean isBefore(Member a, Member b) {
        return a.joinedMillis != b.joinedMillis
                ? a.joinedMillis < b.joinedMillis
                : a.clientId().compareTo(b.clientId()) < 0;
    }

    /** The client is connected to another node now. */
    private void onTakenOver(Packet packet) {
        Member member = members.get(packet.sender());
        if (member == null) return;
        for (Session older : List.copyOf(member.sessions.values())) {
            if (older.id().toString().equals(packet.messageId())) continue;
            parts.endings().takenOver(older.id());
            parts.connections().close(older, CloseReason.KICKED);
        }
    }

    // --- telling

    private void tellOthers(Member about, int type, Message message) {
        tell(type, message, new Audience.AllButUser(about.user));
    }

    /** To members on this node: every node says so to its own. */
    private void tell(int type, Message message, Audience to) {
        var packet = Packet.ofServer(message.getMessageId(), message.getTimestamp(), message.toByteArray());
        audience.tell(sure(type, packet.bytes()), to);
    }

    private Event.Relayed sure(int type, byte[] payload) {
        return new Event.Relayed(room, GraphwizDialect.NAME, Lane.SURE, null, type, payload);
    }

    private void tellOne(SessionId session, int kind, byte[] payload) {
        audience.tell(sure(kind, payload), new Audience.OneSession(session));
    }

    /** To who said it, when that is here. */
    void error(Packet about, int code, String text) {
        Member member = members.get(about.sender());
        if (member == null) return;
        Message error = notices.error(code, text, about.messageId());
        var packet = Packet.ofServer(error.getMessageId(), error.getTimestamp(), error.toByteArray());
        for (SessionId session : member.sessions.keySet()) tellOne(session, Types.ERROR, packet.bytes());
    }

    int entities() {
        return scene.count();
    }
}
