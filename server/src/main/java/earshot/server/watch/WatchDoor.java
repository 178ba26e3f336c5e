package earshot.server.watch;

import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.room.Realms;
import earshot.dialect.Admission;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.WireUuid;
import earshot.server.api.Answers;
import earshot.server.api.ApiGuard;
import earshot.server.api.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may watch what. Thread-safe. */
public final class WatchDoor {
    private final ApiGuard guard;
    private final Realms realms;
    private final Set<String> dialects;

    public WatchDoor(ApiGuard guard, Realms realms, Set<String> dialects) {
        this.guard = guard;
        this.realms = realms;
        this.dialects = Set.copyOf(dialects);
    }

    Admission admit(HandshakeRequest handshake) {
        HttpRequest request = withKey(handshake);
        HttpResponse refusal = guard.refusal(request, Scope.MESSAGES_READ);
        if (refusal != null) return new Admission.Refused(refusal);
        try {
            RoomId room = room(request);
            @Nullable
            Position after = request.queryParam("after").map(Position::parse).orElse(null);
            return new Admission.Accepted(
                    null, "", Set.of(), "", chosen(handshake), null, _ -> new WatchConversation(room, after));
        } catch (IllegalArgumentException e) {
            return new Admission.Refused(Answers.error(
                    Problem.INVALID, "room, realm, after: expected a room's name, its realm and epoch:offset"));
        }
    }

    private static @Nullable String chosen(HandshakeRequest handshake) {
        return handshake.subprotocols().contains(WatchDialect.SUBPROTOCOL) ? WatchDialect.SUBPROTOCOL : null;
    }

    /** A key among the subprotocols counts as the header that a browser cannot set. */
    private static HttpRequest withKey(HandshakeRequest handshake) {
        HttpRequest http = handshake.http();
        Optional<String> offered = handshake.subprotocols().stream()
                .filter(p -> !p.equals(WatchDialect.SUBPROTOCOL))
                .findFirst();
        if (http.header("authorization").isPresent() || offered.isEmpty()) return http;
        Map<String, List<String>> headers = new LinkedHashMap<>(http.headers());
        headers.put("authorization", List.of("Bearer " + offered.get()));
        return new HttpRequest(
                http.method(),
                http.path(),
                http.rawPath(),
                http.query(),
                headers,
                http.body(),
                http.remote(),
                http.loopback());
    }

    private RoomId room(HttpRequest request) {
        String name = request.queryParam("room").orElse("");
        String tenant = request.queryParam("tenant").orElse("");
        var page = WireUuid.parse(name);
        String spelled = page == null ? name : page.toString();
        String realm = request.queryParam("realm").orElseGet(() -> likelyRealm(page != null));
        if (realm.equals(RoomId.MEETING)) return new RoomId(RoomId.MEETING, "", name);
        if (!dialects.contains(realm)) throw new IllegalArgumentException("realm: unknown (expected: a dialect)");
        return realms.resolve(realm, tenant, spelled);
    }

    /** Pages are UUIDs, channels usually are not. */
    private String likelyRealm(boolean isUuid) {
        String likely = isUuid ? "threadkit" : "waddle";
        return dialects.contains(likely) ? likely : dialects.iterator().next();
    }
}
