package earshot.server.watch;

import earshot.core.history.Retention;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.server.api.Answers;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./earshot watch} speaks: everything that one room tells, as a line of JSON per event. The watcher is in no presence list and says
 * nothing. It has no rooms of its own: it sits in rooms of any realm.
 */
public final class WatchDialect implements Dialect {
    public static final String NAME = "watch";
    public static final String PATH = "/v1/watch";
    /** Offered beside the key by clients that cannot set a header. */
    public static final String SUBPROTOCOL = "earshot.watch";

    private static final LinkLimits LIMITS = new LinkLimits(4096, 0, 20_000, true);

    private final WatchDoor door;

    public WatchDialect(WatchDoor door) {
        this.door = door;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean claims(HandshakeRequest request) {
        return request.http().path().equals(PATH);
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        return CompletableFuture.completedStage(door.admit(request));
    }

    @Override
    public boolean isCounted() {
        return false;
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        return Answers.error(problem, "Not now: " + problem.code() + ".");
    }

    @Override
    public List<Frame> encode(Event event, int variant) {
        return List.of(Frame.text(WatchLines.of(event)));
    }

    /** 4xxx: a code of ours (RFC 6455 section 7.4.2), for the command line to tell whether to come back. */
    @Override
    public Farewell farewell(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT -> Farewell.closeFrame(1000, "");
            case DRAINING, IDLE, DEAD_PEER, SLOW_READER, OVER_BUDGET -> Farewell.closeFrame(1001, reason.name());
            case TOO_BIG -> Farewell.closeFrame(1009, "");
            case PROTOCOL_ERROR -> Farewell.closeFrame(1002, "");
            case BAD_DATA -> Farewell.closeFrame(1007, "");
            case ABUSE -> Farewell.closeFrame(1008, "");
            case KICKED, REVOKED -> Farewell.closeFrame(4403, reason.name());
            case FAULT -> Farewell.closeFrame(1011, "");
        };
    }

    /** For rooms that nobody will ever have: those of the realm {@code watch}. */
    @Override
    public RoomRules rules() {
        return new RoomRules(1, new Retention(1, Retention.FOREVER, 1, false), 0, 0, false, 1000, 0, false, true);
    }

    @Override
    public Gatekeeper gatekeeper() {
        return (_, _) -> CompletableFuture.completedStage(new Gatekeeper.Verdict.Denied(Problem.FORBIDDEN));
    }

    /** Rooms of every realm let watchers listen: their key was checked at the door. */
    public static Gatekeeper letIn(Gatekeeper others) {
        return (Session session, RoomId room) -> session.dialect().equals(NAME)
                ? CompletableFuture.completedStage(new Gatekeeper.Verdict.Granted(Set.of(Permission.READ)))
                : others.admit(session, room);
    }

    @Override
    public LinkLimits limits() {
        return LIMITS;
    }

    @Override
    public List<HttpRoute> routes() {
        return List.of();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) throws IOException {
        RoomId room = new RoomId(in.readUTF(), in.readUTF(), in.readUTF());
        @Nullable Position after = in.readBoolean() ? new Position(in.readLong(), in.readLong()) : null;
        return new WatchConversation(room, after);
    }
}
