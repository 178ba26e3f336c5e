package earshot.core.testkit;

import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Things that people say in tests. */
public final class Drafts {
    public static final Profile ADA = Profile.named(new UserId("test", "ada"), "Ada");
    public static final Profile BOB = Profile.named(new UserId("test", "bob"), "Bob");

    private static final AtomicInteger NEXT = new AtomicInteger();

    private Drafts() {}

    /** A room that no other test has. */
    public static RoomId freshRoom() {
        return new RoomId("test", "", "room-" + NEXT.incrementAndGet());
    }

    public static Change.Post post(String id) {
        Body body = new Body("test", "application/json", ("\"" + id + "\"").getBytes(StandardCharsets.UTF_8));
        return new Change.Post(id, "text of " + id, "<p>" + id + "</p>", null, body);
    }

    public static Change.Edit edit(String id, String text) {
        Body body = new Body("test", "text/plain", text.getBytes(StandardCharsets.UTF_8));
        return new Change.Edit(id, text, null, body);
    }

    public static Draft draft(RoomId room, Change change, long millis) {
        return new Draft(room, change, ADA, millis, null);
    }

    public static Draft keyed(RoomId room, Change change, Profile author, long millis, String key) {
        return new Draft(room, change, author, millis, key);
    }
}
