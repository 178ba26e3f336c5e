package earshot.core.testkit;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Reply;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What every session was told, in the order of its hearing. Confined to the test's thread. */
public final class Told {
    private final Map<SessionId, List<Item>> lines = new HashMap<>();

    /** One thing that a session was told. */
    public sealed interface Item {}

    public record Replied(Tag tag, Reply reply) implements Item {}

    public record Heard(Event event) implements Item {}

    public record Closed(CloseReason reason) implements Item {}

    void add(SessionId to, Item item) {
        lines.computeIfAbsent(to, _ -> new ArrayList<>()).add(item);
    }

    /** Everything, oldest first. */
    public List<Item> to(Session session) {
        return lines.getOrDefault(session.id(), List.of());
    }

    public void forget() {
        lines.clear();
    }

    public void forget(Session session) {
        lines.remove(session.id());
    }

    public List<Event> events(Session session) {
        List<Event> events = new ArrayList<>();
        for (Item item : to(session)) if (item instanceof Heard h) events.add(h.event());
        return events;
    }

    public List<KeptEvent> kept(Session session) {
        List<KeptEvent> events = new ArrayList<>();
        for (Event event : events(session)) if (event instanceof KeptEvent k) events.add(k);
        return events;
    }

    public List<Reply> replies(Session session) {
        List<Reply> replies = new ArrayList<>();
        for (Item item : to(session)) if (item instanceof Replied r) replies.add(r.reply());
        return replies;
    }

    /** The last reply to this tag; fails when there is none. */
    public Reply reply(Session session, Tag tag) {
        Reply found = null;
        for (Item item : to(session)) if (item instanceof Replied r && r.tag().equals(tag)) found = r.reply();
        if (found == null) throw new AssertionError("no reply to " + tag + " among " + to(session));
        return found;
    }
}
