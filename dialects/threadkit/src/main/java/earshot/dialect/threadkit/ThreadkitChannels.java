package earshot.dialect.threadkit;

import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.product.ProductSource;
import earshot.core.room.Realms;
import earshot.core.session.UserBook;
import earshot.dialect.WireUuid;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The channels on which ThreadKit's own HTTP server says what happened: {@code threadkit:page:{page}:events} and {@code threadkit:user:{user}:events}
 * (WIRE.md, "Events of the product"). The name of the channel says whom it is about. Thread-safe.
 */
public final class ThreadkitChannels implements ProductSource {
    private static final String PAGE = "threadkit:page:";
    private static final String USER = "threadkit:user:";
    private static final String EVENTS = ":events";

    private final ThreadkitEvents events;
    private final Realms realms;
    private final UserBook users;

    public ThreadkitChannels(ThreadkitEvents events, Realms realms, UserBook users) {
        this.events = events;
        this.realms = realms;
        this.users = users;
    }

    static String ofPage(UUID page) {
        return PAGE + page + EVENTS;
    }

    static String ofUser(UUID user) {
        return USER + user + EVENTS;
    }

    @Override
    public List<String> patterns() {
        return List.of(PAGE + "*" + EVENTS, USER + "*" + EVENTS);
    }

    @Override
    public List<String> channelsOf(RoomId room) {
        return List.of();
    }

    @Override
    public @Nullable Subject subject(String channel) {
        String page = between(PAGE, channel);
        if (page != null) return new Subject.OfRoom(realms.resolve(ThreadkitDialect.NAME, "", page));
        String user = between(USER, channel);
        return user == null ? null : new Subject.OfUser(new UserId(ThreadkitDialect.NAME, user));
    }

    /** The UUID in the channel's name, in the one spelling that rooms and users have. */
    private static @Nullable String between(String before, String channel) {
        int to = channel.length() - EVENTS.length();
        if (!channel.startsWith(before) || !channel.endsWith(EVENTS) || to <= before.length()) return null;
        UUID uuid = WireUuid.parse(channel.substring(before.length(), to));
        return uuid == null ? null : uuid.toString();
    }

    @Override
    public Meaning ofRoom(RoomId room, byte[] payload, String key) {
        return switch (events.onPage(room, payload, key)) {
            case Heard.Told told -> new Meaning.Told(told.command(), told.as(), told.whenUnknown());
            case Heard.Notify notify -> new Meaning.Notified(notify.event());
            case Heard.NotifyFrom _ -> new Meaning.Nothing("malformed");
            case Heard.Dropped dropped -> nothing(dropped);
        };
    }

    @Override
    public CompletionStage<Meaning> ofUser(UserId user, byte[] payload) {
        return switch (events.onUser(user, payload)) {
            case Heard.Notify notify -> done(new Meaning.Notified(notify.event()));
            case Heard.NotifyFrom from ->
                users.find(from.from())
                        .thenApply(found -> found.<Meaning>map(profile ->
                                        new Meaning.Notified(from.by(profile).event()))
                                .orElseGet(() -> new Meaning.Nothing("unknown_user")));
            case Heard.Dropped dropped -> done(nothing(dropped));
            case Heard.Told _ -> done(new Meaning.Nothing("malformed"));
        };
    }

    private static Meaning nothing(Heard.Dropped dropped) {
        return new Meaning.Nothing(
                switch (dropped.reason()) {
                    case NOT_JSON, BAD_MEMBER -> "malformed";
                    case UNKNOWN_TYPE -> "unknown_type";
                    case WITHHELD -> "withheld";
                });
    }

    private static CompletionStage<Meaning> done(Meaning meaning) {
        return CompletableFuture.completedStage(meaning);
    }
}
