package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the sockets of one event loop share: the wheel of their deadlines, the pace of their handshakes, the time. Confined to the loop, but
 * for {@link #open}. Its one periodic task is the only timer of the gateway.
 */
final class GatewayLoop {
    static final int GOODBYE_STEP_MILLIS = 10;

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    final NettyLoop loop;
    final EventLoop executor;
    final GatewayConfig config;
    final Meter meter;
    final Wheel wheel = new Wheel();
    /** Of WebSocket upgrades. */
    final HandshakePace pace;
    /** Of TLS handshakes, which come before. */
    final HandshakePace tlsPace;

    final ByteBudget budget;
    /** Sessions of Engine.IO that requests may name. */
    final EngineSessions engine = new EngineSessions();

    private final MessageInflater inflater;
    /** Suites send what repeats itself. */
    private final MessageInflater echoInflater;
    /** For what is said without a session. */
    final FrameDeflater deflater;
    /** Sockets of this loop; any thread. */
    final AtomicInteger open = new AtomicInteger();
    /** Sessions of this loop: upgraded sockets, and those that poll; any thread. */
    final AtomicInteger links = new AtomicInteger();
    /** One for all sockets of this loop. */
    final ChannelFutureListener closed = _ -> open.decrementAndGet();

    private final Clock clock;
    private final long tickNanos;
    private long tickNanosAt;
    private long dueNanos;
    private long lagNanos;
    private long dateSecond;
    private @Nullable String date;
    private @Nullable ScheduledFuture<?> ticking;

    GatewayLoop(
            NettyLoop loop,
            GatewayConfig config,
            Clock clock,
            Meter meter,
            ByteBudget budget,
            BooleanSupplier tlsIsBehind) {
        this.loop = loop;
        this.executor = loop.executor();
        this.config = config;
        this.clock = clock;
        this.meter = meter;
        this.budget = budget;
        this.inflater = new MessageInflater(config.compression().maxRatio(), meter);
        this.echoInflater = new MessageInflater(MessageInflater.ANY_RATIO, meter);
        this.deflater = new FrameDeflater(config.compression(), meter);
        this.tickNanos = config.links().sweep().toNanos() / Wheel.TICKS_PER_SWEEP;
        this.tickNanosAt = clock.nanos();
        this.pace = new HandshakePace(config.handshakes(), tickNanosAt);
        // Who waits for TLS has no way to hear "later": it may wait for as long as the whole handshake may take.
        var patient = config.handshakes().waiting(config.http().headTime());
        this.tlsPace = new HandshakePace(patient, tlsIsBehind, tickNanosAt);
    }

    void start() {
        dueNanos = clock.nanos() + tickNanos;
        ticking = executor.scheduleAtFixedRate(this::onTick, tickNanos, tickNanos, TimeUnit.NANOSECONDS);
    }

    void stop() {
        ScheduledFuture<?> task = ticking;
        if (task != null) task.cancel(false);
    }

    /** Ends the sessions that are open now with DRAINING, so many every few milliseconds, so that not all clients come back at once. */
    void sayGoodbye(int atOnce, boolean toAll) {
        var links = new ArrayDeque<Parting>();
        wheel.forEach(each -> {
            if (each instanceof Parting link && (toAll || !link.leavesByItself())) links.add(link);
        });
        sayGoodbye(links, atOnce);
    }

    private void sayGoodbye(ArrayDeque<Parting> links, int atOnce) {
        for (int i = 0; i < atOnce && !links.isEmpty(); i++) links.remove().end(CloseReason.DRAINING);
        if (!links.isEmpty())
            executor.schedule(() -> sayGoodbye(links, atOnce), GOODBYE_STEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Closes every socket that is left. */
    void cutAll() {
        var all = new ArrayDeque<Swept>();
        wheel.forEach(all::add);
        for (Swept each : all) each.cut();
        ReadBuffer.release();
        inflater.release();
        echoInflater.release();
        deflater.release();
    }

    private void onTick() {
        long now = clock.nanos();
        lagNanos = Math.max(0, now - dueNanos);
        dueNanos = Math.max(dueNanos + tickNanos, now);
        tickNanosAt = now;
        try {
            wheel.tick(now);
            tlsPace.onTick(now, lagNanos);
            pace.onTick(now, lagNanos);
        } catch (Throwable e) {
            Faults.contain(e, meter, "wheel");
        }
    }

    /** For what a client sends; null: it never packs. */
    @Nullable
    MessageInflater inflater(LinkTerms terms) {
        if (terms.form() == WireForm.PLAIN) return null;
        return terms.dialect().equals(GatewayConfig.Compression.ECHO) ? echoInflater : inflater;
    }

    /** The time of the last tick: cheap, and exact enough for deadlines of seconds. */
    long tickNanos() {
        return tickNanosAt;
    }

    long nanos() {
        return clock.nanos();
    }

    /** Brings the outcome of a stage back to this loop; at once when it is there already and we are here. */
    <T extends @Nullable Object> void whenDone(
            CompletionStage<T> stage, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> then) {
        stage.whenComplete((value, failure) -> {
            if (executor.inEventLoop()) then.accept(value, failure);
            else loop.post(() -> then.accept(value, failure));
        });
    }

    /** How late the last tick was. */
    long lagNanos() {
        return lagNanos;
    }

    /** RFC 9110 section 5.6.7; made once a second. */
    String httpDate() {
        long second = clock.millis() / 1000;
        String text = date;
        if (text == null || second != dateSecond) {
            text = HTTP_DATE.format(Instant.ofEpochSecond(second));
            date = text;
            dateSecond = second;
        }
        return text;
    }
}
