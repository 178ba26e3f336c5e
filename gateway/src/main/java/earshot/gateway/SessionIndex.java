package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sessions of one loop, by id and by user. Confined to its loop. */
final class SessionIndex {
    private final Map<SessionId, ClientSession> sessions = new HashMap<>();
    /** The first of each user's; the others follow it. */
    private final Map<UserId, ClientSession> byUser = new HashMap<>();

    private final Meter meter;

    SessionIndex(Meter meter) {
        this.meter = meter;
    }

    void add(ClientSession client) {
        sessions.put(client.session().id(), client);
    }

    /** It is known who it is: once. */
    void identified(ClientSession client) {
        UserId user = client.user();
        if (user != null) client.nextOfUser = byUser.put(user, client);
        meter.add(Metric.CONNECTIONS_TOTAL, 1, client.language().name(), tenant(client));
        meter.move(Metric.CONNECTIONS_ACTIVE, 1, client.language().name(), tenant(client));
    }

    /** It may still have seats that its rooms have to take back, by its id. */
    void ended(ClientSession client, CloseReason reason) {
        meter.add(Metric.CLOSES, 1, client.language().name(), reason.name().toLowerCase(Locale.ROOT));
        if (!client.isIdentified()) return;
        UserId user = client.user();
        if (user != null) byUser.computeIfPresent(user, (_, first) -> without(first, client));
        meter.move(Metric.CONNECTIONS_ACTIVE, -1, client.language().name(), tenant(client));
    }

    private static String tenant(ClientSession client) {
        return client.session().tenant();
    }

    private static @Nullable ClientSession without(ClientSession first, ClientSession gone) {
        if (first == gone) return first.nextOfUser;
        for (ClientSession s = first; s != null; s = s.nextOfUser) {
            if (s.nextOfUser == gone) s.nextOfUser = gone.nextOfUser;
        }
        return first;
    }

    void forget(ClientSession client) {
        sessions.remove(client.session().id(), client);
    }

    /** Those that have ended among them. */
    List<ClientSession> all() {
        return new ArrayList<>(sessions.values());
    }

    void withSession(SessionId id, Consumer<ClientSession> to) {
        ClientSession client = sessions.get(id);
        if (client != null) to.accept(client);
    }

    /** What {@code to} does may end the session that it is given. */
    void withUser(UserId user, Consumer<ClientSession> to) {
        ClientSession client = byUser.get(user);
        while (client != null) {
            ClientSession next = client.nextOfUser;
            to.accept(client);
            client = next;
        }
    }
}
