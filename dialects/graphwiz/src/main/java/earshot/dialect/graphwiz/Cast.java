package earshot.dialect.graphwiz;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.session.Session;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a room, on any node, and which of them is the host. Confined to the room's loop, but for what handshakes and statistics read ({@link #find},
 * {@link #all}, {@link #host}, {@link #expects}).
 */
final class Cast {
    private static final int MAX_LOOKS = 1000;

    private final Worlds.Parts parts;
    private final Scene scene;
    private final PoseTick tick;
    private final Departed departed;
    private final Sharing sharing;
    private final Telling telling;
    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final Map<UserId, String> clients = new HashMap<>();
    /** Of clients on other nodes, said before their join. */
    private final Map<String, PresenceData> looksToCome = new HashMap<>(2);

    private volatile String host = "";

    /** To members on this node: every node says so to its own. */
    interface Telling {
        void tell(int type, Message message, Audience to);
    }

    Cast(Worlds.Parts parts, Scene scene, PoseTick tick, Departed departed, Sharing sharing, Telling telling) {
        this.parts = parts;
        this.scene = scene;
        this.tick = tick;
        this.departed = departed;
        this.sharing = sharing;
        this.telling = telling;
    }

    // --- any thread

    Collection<Member> all() {
        return members.values();
    }

    @Nullable
    Member find(String clientId) {
        return members.get(clientId);
    }

    /** Empty: nobody. */
    String host() {
        return host;
    }

    /** Whether it left a moment ago and is expected back. */
    boolean expects(String clientId, String userId) {
        return departed.expects(clientId, userId);
    }

    // --- coming

    /** Who is told to have joined; known already: nothing. */
    Member joined(Profile profile, long joinedMillis) {
        Member known = members.get(Identity.clientIdOf(profile));
        return known != null ? known : join(profile, joinedMillis);
    }

    private Member join(Profile profile, long joinedMillis) {
        var member = new Member(profile, joinedMillis);
        members.put(member.clientId(), member);
        clients.put(member.user, member.clientId());
        PresenceData looks = looksToCome.remove(member.clientId());
        if (looks != null) member.presence = looks;
        List<Entity> back = member.isForeign ? List.of() : departed.back(member, scene);
        Member first = members.get(host);
        if (!member.isForeign && (first == null || isBefore(member, first))) host = member.clientId();
        tellOthers(member, Types.JOIN, parts.notices().joined(member, host));
        if (!member.presence.equals(PresenceData.getDefaultInstance()))
            tellOthers(member, Types.PRESENCE, parts.notices().looks(member));
        for (Entity entity : back) reappear(member, entity);
        return member;
    }

    /** On behalf of a client that came back: it does not say again what it had said. */
    private void reappear(Member owner, Entity entity) {
        tellOthers(owner, Types.SPAWN, parts.notices().spawned(entity));
        var at = scene.position(entity.id);
        if (at != null) tellOthers(owner, Types.POSITION, parts.notices().moved(at));
        sharing.share(new Shared.Piece.Thing(entity.id, entity));
    }

    private void tellOthers(Member about, int type, Message message) {
        telling.tell(type, message, new Audience.AllButUser(about.user));
    }

    /** Another connection of a client that has one: the older one ends, and nobody hears of a leave. */
    void arrive(Member member, Session newest) {
        endOthers(member, newest.id().toString());
        sharing.claim(newest, member.clientId());
        member.sessions.put(newest.id(), newest);
    }

    /** @param newest the connection that stays, here or on another node */
    void endOthers(Member member, String newest) {
        for (Session older : List.copyOf(member.sessions.values())) {
            if (older.id().toString().equals(newest)) continue;
            parts.endings().takenOver(older.id());
            parts.connections().close(older, CloseReason.KICKED);
        }
    }

    void looks(Member member, PresenceData said) {
        member.presence =
                member.presence.toBuilder().mergeFrom(said).clearHostClientId().build();
    }

    /** As another node knows it. */
    void looksElsewhere(String clientId, PresenceData looks) {
        Member member = members.get(clientId);
        if (member != null) member.presence = looks;
        else if (looksToCome.size() < MAX_LOOKS) looksToCome.put(clientId, looks);
    }

    // --- going

    void left(Profile profile) {
        String clientId = clients.get(profile.user());
        Member member = clientId == null ? null : members.get(clientId);
        if (member == null) return;
        telling.tell(Types.LEAVE, parts.notices().left(member), Audience.ALL);
        for (Entity gone : depart(member))
            telling.tell(Types.DESPAWN, parts.notices().despawned(gone.id), Audience.ALL);
        if (member.clientId().equals(host)) electHost();
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

    /** The room is closed on this node: those who were in it may come back to it. */
    void dismiss() {
        for (Member member : new ArrayList<>(members.values())) depart(member);
        host = "";
    }

    /** Who is here for longest. */
    private void electHost() {
        Member eldest = null;
        for (Member member : members.values()) {
            if (!member.isForeign && (eldest == null || isBefore(member, eldest))) eldest = member;
        }
        host = eldest == null ? "" : eldest.clientId();
        if (eldest != null) telling.tell(Types.PRESENCE, parts.notices().host(host), Audience.ALL);
    }

    private static boolean isBefore(Member a, Member b) {
        return a.joinedMillis != b.joinedMillis
                ? a.joinedMillis < b.joinedMillis
                : a.clientId().compareTo(b.clientId()) < 0;
    }
}
