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
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One room as this dialect sees it: {@link Cast} is who is in it, {@link Scene} what stands where, {@link Order} who may do what. It stands between the room
 * and those who hear it, on the room's loop, so that whatever is told, by this node or another, passes through it once and in order; who joins gets the
 * picture as of that place.
 *
 * <p>Confined to the room's loop, but for what handshakes and statistics read. What it holds goes with the room, some time after the last one left.
 */
final class World implements RoomAudience {
    private final RoomId room;
    private final Worlds.Parts parts;
    private final Scene scene;
    private final PoseTick tick;
    private final Departed departed;
    private final Sharing sharing;
    private final Cast cast;
    private final Order order;
    private final AtomicLong messages = new AtomicLong();
    private RoomAudience audience;
    private volatile boolean open;

    World(RoomId room, Worlds.Parts parts, RoomAudience audience, Loop loop) {
        this.room = room;
        this.parts = parts;
        this.audience = audience;
        this.scene = new Scene(parts.config().sizes());
        this.tick = new PoseTick(loop, parts.clock(), parts.config().rooms().poseTick(), this::tellPose);
        this.departed = new Departed(parts.config().rooms().returnWithin(), loop, parts.clock(), this::onGoneForGood);
        this.sharing = new Sharing(room, parts);
        this.cast = new Cast(parts, scene, tick, departed, sharing, this::say);
        this.order = new Order(room, cast, sharing, parts, this::error);
        this.open = true;
    }

    /** The room is open again, before what it held was forgotten. */
    void reopen(RoomAudience again) {
        audience = again;
        open = true;
    }

    // --- any thread

    RoomId room() {
        return room;
    }

    Collection<Member> members() {
        return cast.all();
    }

    @Nullable
    Member member(String clientId) {
        return cast.find(clientId);
    }

    String host() {
        return cast.host();
    }

    boolean expects(String clientId, String userId) {
        return cast.expects(clientId, userId);
    }

    boolean isOpen() {
        return open;
    }

    /** Messages of clients, of any node, that came to this room since it opened here. */
    long messages() {
        return messages.get();
    }

    boolean isLocked() {
        return order.isLocked();
    }

    /** To be asked on the room's loop. */
    Order order() {
        return order;
    }

    // --- who hears

    @Override
    public void add(Session session, JoinOptions options) {
        audience.add(session, options);
        Profile user = session.user();
        if (!session.dialect().equals(GraphwizDialect.NAME) || user == null) return;
        Member member = cast.joined(user, session.connectedMillis());
        if (!member.user.equals(user.user()) || isBanned(member.identity)) {
            // Somebody else came to this name between this one's handshake and its join; or it was kicked on another
            // node.
            parts.connections().close(session, CloseReason.KICKED);
            return;
        }
        cast.arrive(member, session);
        forgetOrphans();
        greet(member, session, options, false);
    }

    private boolean isBanned(Identity who) {
        return parts.bans().has(room, who.userId(), who.clientId());
    }

    /** By now it is known what it reads. */
    @Override
    public void change(Session session, JoinOptions options) {
        audience.change(session, options);
        Member member = memberOf(session);
        if (member != null && member.sessions.containsKey(session.id())) greet(member, session, options, true);
    }

    private @Nullable Member memberOf(Session session) {
        Profile user = session.user();
        return user == null ? null : cast.find(Identity.clientIdOf(user));
    }

    private void greet(Member member, Session session, JoinOptions options, boolean again) {
        var hello = new Hello(
                room.name(),
                member,
                cast.all(),
                scene,
                parts.notices(),
                cast.host(),
                parts.clock().millis());
        byte[] frames = Words.packed(hello.frames(Variant.framing(options.variant()), again));
        if (frames.length > 0) tellOne(session.id(), Kinds.HELLO, frames);
    }

    @Override
    public void remove(Session session) {
        audience.remove(session);
        Member member = memberOf(session);
        if (member != null) member.sessions.remove(session.id());
    }

    /** The room has no members left on this node. */
    @Override
    public void close() {
        open = false;
        cast.dismiss();
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
                var _ = cast.joined(joined.user(), joined.joinedMillis());
            }
            case Event.UserLeft left -> {
                audience.tell(event, to);
                cast.left(left.user());
            }
            case Event.Relayed relayed when relayed.dialect().equals(GraphwizDialect.NAME) -> onRelayed(relayed, to);
            // Nobody here hears themselves.
            case KeptEvent.MessagePosted posted
            when to instanceof Audience.All -> {
                messages.incrementAndGet();
                audience.tell(event, others(posted.message().author().user()));
            }
            default -> audience.tell(event, to);
        }
    }

    private static Audience others(UserId author) {
        return author.realm().equals(GraphwizDialect.NAME) ? new Audience.AllButUser(author) : Audience.ALL;
    }

    private void onRelayed(Event.Relayed event, Audience to) {
        int type = event.variantOrKind();
        if (type < Kinds.FIRST) messages.incrementAndGet();
        if (type == Types.POSITION) {
            onPose(event, to);
            return;
        }
        Packet packet = Packet.of(event.payload());
        if (packet == null) return;
        if (type == Types.VOICE) onVoice(packet, event, to);
        else onMessage(type, packet, event, to);
        measure(event, to);
    }

    private void measure(Event.Relayed event, Audience to) {
        long start = Packet.startNanos(event.payload());
        if (start != 0 && isOurs(to)) parts.numbers().latency(parts.clock().nanos() - start);
    }

    /** Said by a client of this node. */
    private boolean isOurs(Audience to) {
        return to instanceof Audience.AllButSession but && but.session().incarnation() == parts.incarnation();
    }

    private void onMessage(int type, Packet packet, Event.Relayed event, Audience to) {
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
            Member member = cast.find(packet.sender());
            if (member != null) cast.endOthers(member, packet.messageId());
        } else if (type == Kinds.STATE) {
            onPiece(event.key(), packet);
        } else {
            audience.tell(event, to);
        }
    }

    private void onVoice(Packet packet, Event.Relayed event, Audience to) {
        if (!order.isMuted(packet.sender())) audience.tell(event, to);
    }

    private void onLooks(Packet packet, boolean isOurs) {
        Message message = Words.read(packet);
        Member member = cast.find(packet.sender());
        if (message == null || member == null) return;
        cast.looks(member, message.getPresenceEvent().getData());
        if (isOurs) sharing.share(new Shared.Piece.Looks(member.clientId(), member.presence));
    }

    // --- where things are

    private void onPose(Event.Relayed event, Audience to) {
        String key = event.key();
        if (key == null) return;
        Member mover = cast.find(PoseKey.client(key));
        String entity = PoseKey.entity(key);
        if (mover != null && !mover.moved.equals(entity)) mover.moved = entity;
        scene.moved(entity, event);
        if (tick.moved(key, event, to)) parts.meter().add(Metric.DROPS, 1, Lane.LATEST.word(), "tick");
    }

    private void tellPose(Event.Relayed pose, Audience to) {
        audience.tell(pose, to);
        measure(pose, to);
    }

    private void onThing(int type, Packet packet, Event.Relayed event, Audience to) {
        Message message = Words.read(packet);
        if (message == null) return;
        String id = scene.change(type, packet, message);
        if (id == null) {
            error(packet, 413, "The room takes no more of this");
            return;
        }
        if (type != Types.UPDATE) tick.forgetEntity(id);
        audience.tell(event, to);
        if (isOurs(to)) sharing.share(new Shared.Piece.Thing(id, scene.find(id)));
    }

    // --- the same room on other nodes

    private void onPiece(@Nullable String key, Packet packet) {
        Shared.Piece piece = key == null || sharing.isOwn(packet) ? null : Shared.read(key, packet.raw());
        switch (piece) {
            case null -> {}
            case Shared.Piece.Thing thing -> onThing(thing);
            case Shared.Piece.Looks looks -> cast.looksElsewhere(looks.clientId(), looks.looks());
            case Shared.Piece.Muted muted -> order.mute(muted.clientId(), muted.muted());
            case Shared.Piece.Locked locked -> order.lock(locked.locked());
            case Shared.Piece.Banned banned -> parts.bans().add(room, banned.who());
        }
    }

    private void onThing(Shared.Piece.Thing thing) {
        Entity entity = thing.entity();
        boolean isNews = scene.find(thing.id()) == null;
        if (entity == null) scene.remove(thing.id());
        else if (scene.put(entity) && isNews) say(Types.SPAWN, parts.notices().spawned(entity), Audience.ALL);
    }

    /** What another node told of those who had left before this one knew of them. */
    private void forgetOrphans() {
        if (!sharing.isShared() || parts.config().rooms().despawn() == GraphwizConfig.Despawn.NEVER) return;
        for (Entity entity : List.copyOf(scene.entities()))
            if (cast.find(entity.ownerClient) == null) scene.remove(entity.id);
    }

    // --- telling

    /** To members on this node: every node says so to its own. */
    private void say(int type, Message message, Audience to) {
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
    private void error(Packet about, int code, String text) {
        Member member = cast.find(about.sender());
        if (member == null) return;
        Message error = parts.notices().error(code, text, about.messageId());
        var packet = Packet.ofServer(error.getMessageId(), error.getTimestamp(), error.toByteArray());
        for (SessionId session : member.sessions.keySet()) tellOne(session, Types.ERROR, packet.bytes());
    }
}
