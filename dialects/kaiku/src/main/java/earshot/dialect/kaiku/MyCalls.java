package earshot.dialect.kaiku;

import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.dialect.WireUuid;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/** The calls that a connection's user is in, as it was told: when the connection is lost, so may they be. One for each conversation. */
final class MyCalls {
    private static final int MAX = 16;

    private final Set<UUID> calls = new LinkedHashSet<>(0);

    void onTold(Event.Notified told, Profile me, Calls all) {
        UUID dm = told.messageId() == null ? null : WireUuid.parse(told.messageId());
        if (dm == null) return;
        boolean mine = told.from() != null && told.from().user().equals(me.user());
        String event = told.text();
        if (is(EventType.INCOMING_CALL, event)) {
            all.onRinging(dm);
            if (mine && calls.size() < MAX) calls.add(dm);
        } else if (is(EventType.CALL_PARTICIPANT_JOINED, event)) {
            if (mine && calls.size() < MAX) calls.add(dm);
        } else if (is(EventType.CALL_ENDED, event) || (mine && is(EventType.CALL_PARTICIPANT_LEFT, event))) {
            calls.remove(dm);
        }
    }

    void add(Event.Notified told) {
        UUID dm = told.messageId() == null ? null : WireUuid.parse(told.messageId());
        if (dm != null && calls.size() < MAX) calls.add(dm);
    }

    private static boolean is(EventType type, String event) {
        return event.startsWith("{\"type\":\"" + type.word() + "\"");
    }

    void onEnded(UUID user, Calls all) {
        for (UUID dm : calls) all.onLost(user, dm);
    }

    void freeze(DataOutput out) throws IOException {
        out.writeShort(calls.size());
        for (UUID dm : calls) Frozen.write(out, dm);
    }

    static MyCalls thaw(DataInput in) throws IOException {
        var mine = new MyCalls();
        int count = Frozen.count(in, "calls", MAX);
        for (int i = 0; i < count; i++) mine.calls.add(Frozen.readId(in));
        return mine;
    }
}
