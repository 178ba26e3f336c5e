package earshot.gateway;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.room.RoomAudience;
import earshot.core.session.Session;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.time.Clock;
import earshot.dialect.Admission;
import earshot.dialect.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Real loops, fake links, and a domain that does nothing by itself: tests play the rooms. */
final class FanoutWorld implements AutoCloseable {
    static final HttpRequest REQUEST =
            new HttpRequest("GET", "/", "/", Map.of(), Map.of(), new byte[0], "127.0.0.1", true);

    final MemoryMeter meter = new MemoryMeter();
    /** Shorter messages are not packed. */
    static final int PACKED_FROM = 30;

    final NettyLoops loops;
    final ByteBudget budget;
    final Fanout fanout;
    final PlainDialect plain = new PlainDialect("plain");
    final PlainDialect other = new PlainDialect("other");
    final PlainDialect engine = new PlainDialect("engine", EngineWorld.PATIENT);
    final ConcurrentLinkedQueue<String> gone = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Tag> asked = new ConcurrentLinkedQueue<>();
    final List<Guest> guests = new ArrayList<>();

    private final AtomicLong serials = new AtomicLong();

    FanoutWorld(int count, SessionLimits limits, long budgetBytes) {
        this(count, limits, budgetBytes, Clock.SYSTEM);
    }

    /** @param clock the system's but for the time of day */
    FanoutWorld(int count, SessionLimits limits, long budgetBytes, Clock clock) {
        loops = new NettyLoops(count, true, 1000, Clock.SYSTEM, meter);
        budget = new ByteBudget(budgetBytes, meter);
        var compression = new GatewayConfig.Compression(Set.of(), 6, PACKED_FROM, 100);
        fanout = new Fanout(loops, List.of(plain, other, engine), limits, budget, compression, clock, meter);
        fanout.attach(new Domain() {
            @Override
            public SessionId nextSessionId() {
                return new SessionId(7, serials.incrementAndGet());
            }

            @Override
            public void connected(Session session) {}

            @Override
            public void submit(Session session, Command command, Tag tag) {
                asked.add(tag);
            }

            @Override
            public void disconnected(Session session, CloseReason reason) {
                gone.add(session.id().serial() + " " + reason);
            }
        });
    }

    /** One client. */
    static final class Guest {
        final FakeLink link;
        final int loop;
        final int variant;
        ClientSession client;
        Session session;

        Guest(FakeLink link, int loop, int variant) {
            this.link = link;
            this.loop = loop;
            this.variant = variant;
        }
    }

    Guest guest(int loop, int variant, String user, int highWater) {
        return guest(plain, loop, variant, user, highWater);
    }

    Guest guest(PlainDialect dialect, int loop, int variant, String user, int highWater) {
        return guest(dialect, loop, variant, user, new FakeLink(highWater));
    }

    Guest guest(PlainDialect dialect, int loop, int variant, String user, FakeLink link) {
        var guest = new Guest(link, loop, variant);
        Profile profile = user == null ? null : Profile.named(new UserId(dialect.name(), user), user);
        var accepted = new Admission.Accepted(
                profile, "", Set.of(), "", null, null, _ -> new PlainDialect.PlainConversation(variant));
        on(loop, () -> {
            guest.client = fanout.loop(loop).open(guest.link, dialect, Entrant.of(accepted), REQUEST, null);
            guest.link.listener = guest.client;
            guest.session = guest.client.session();
            return null;
        });
        guests.add(guest);
        return guest;
    }

    /** A room that the test plays, on a loop of its choice. */
    final class Room {
        final int loop;
        final RoomAudience audience;
        private final RoomId id;
        private long told;

        Room(String name, int loop) {
            this.loop = loop;
            this.id = new RoomId("plain", "", name);
            this.audience = on(loop, () -> fanout.open(id));
        }

        void add(Guest guest, boolean filtered) {
            audience.add(guest.session, new JoinOptions(guest.variant, filtered, false, 0, null));
        }

        void kept(String text) {
            var message = new Message(
                    text,
                    id,
                    new Position(1, ++told),
                    Profile.named(new UserId("plain", "author"), "author"),
                    text,
                    null,
                    null,
                    System.currentTimeMillis(),
                    null,
                    0,
                    0,
                    false);
            audience.tell(new KeptEvent.MessagePosted(message), Audience.ALL);
        }

        void relay(Lane lane, String key, String text, Audience to) {
            audience.tell(new Event.Relayed(id, "plain", lane, key, 0, text.getBytes(StandardCharsets.UTF_8)), to);
        }

        void sure(String text) {
            relay(Lane.SURE, null, text, Audience.ALL);
        }

        void reply(Guest guest, String text) {
            fanout.reply(guest.session, new Tag(0, text), Reply.Done.INSTANCE);
        }
    }

    <T> T on(int loop, Supplier<T> work) {
        var done = new CompletableFuture<T>();
        loops.loop(loop).post(() -> {
            try {
                done.complete(work.get());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.join();
    }

    void run(int loop, Runnable work) {
        on(loop, () -> {
            work.run();
            return null;
        });
    }

    /** Until everything said has arrived: every loop was quiet twice in a row, so that nothing was on its way between two of them. */
    void settle() {
        for (int quiet = 0; quiet < 2; quiet = allQuiet() ? quiet + 1 : 0) Thread.onSpinWait();
    }

    private boolean allQuiet() {
        for (int l = 0; l < loops.count(); l++) {
            SessionLoop at = fanout.loop(l);
            if (!on(l, at::isQuiet)) return false;
        }
        return true;
    }

    /** Bytes that the budget knows, after a look at what sockets have taken since. */
    long held() {
        for (int l = 0; l < loops.count(); l++) run(l, fanout.loop(l)::lookAtShared);
        settle();
        return budget.used();
    }

    List<String> heard(Guest guest) {
        return on(guest.loop, guest.link::heard);
    }

    @Override
    public void close() {
        for (Guest guest : guests)
            run(guest.loop, () -> {
                guest.link.discard();
                guest.client.onClosed(CloseReason.CLIENT_LEFT, true);
            });
        settle();
        loops.stop().toCompletableFuture().join();
    }
}
