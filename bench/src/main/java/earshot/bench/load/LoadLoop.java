package earshot.bench.load;

import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A {@link Generator} in this process: one event loop, which owns everything. */
final class LoadLoop implements Generator {
    private final LoadPlan plan;
    private final MultiThreadIoEventLoopGroup group;
    private final SingleThreadEventLoop loop;
    private final Recorder recorder = new Recorder();
    private final Checker checker;
    private final Roster roster;
    private final Hearing hearing;
    private final FlatSockets flat;
    private final Ramp ramp;
    private final Publishing publishing;
    private final Signs typing;
    private final Signs pings;
    private final @Nullable ApiCalls api;
    private final Window window = new Window();

    private Pacer pacer = Pacer.SILENT;
    private Runnable end = () -> {};
    private long tickedPublished;
    private long tickedDelivered;

    /** Cumulative numbers at the edges of the measured time. */
    private static final class Window {
        private long from;
        private long until;
        private boolean isOver;
        private long published;
        private long delivered;
        private long bytes;
    }

    /** @param run a number that tells this run's messages and rooms from those of others */
    LoadLoop(LoadPlan plan, Credentials credentials, int run, int index, int of) throws IOException {
        this.plan = plan;
        Share share = new Share(plan.crowd(), index, of);
        Speaker speaker = Speakers.of(plan.target(), new Names(run), credentials);
        this.group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        this.loop = (SingleThreadEventLoop) group.next();
        this.hearing = new Hearing(this, speaker, Mark.prefix(run));
        this.roster = new Roster(plan, share, hearing);
        this.flat = new FlatSockets(roster, hearing);
        this.checker = new Checker(roster.size(), plan.crowd().publishersPerRoom());
        this.ramp = new Ramp(plan, share, speaker, loop, recorder);
        boolean byApi = speaker.say(0, 0, new byte[0]) instanceof Speaker.Said.Post;
        this.api = byApi ? new ApiCalls(plan, credentials, loop, recorder) : null;
        this.publishing =
                new Publishing(plan, speaker, roster, recorder, api, Mark.prefix(run), roster.publishedRooms(byApi));
        LoadPlan.Traffic traffic = plan.traffic();
        this.typing = new Signs(
                loop,
                roster,
                flat,
                share.rateOf(traffic.typingPerSecond()),
                // Everybody begins before the first stops.
                (member, round) -> speaker.typing(member.room, round % 2 == 0),
                () -> recorder.typingSent++);
        this.pings = new Signs(
                loop,
                roster,
                flat,
                share.rateOf(traffic.pingsPerSecond()),
                (_, _) -> speaker.ping(),
                () -> recorder.pingsSent++);
        flat.begin(group.next());
    }

    Recorder recorder() {
        return recorder;
    }

    Checker checker() {
        return checker;
    }

    Roster roster() {
        return roster;
    }

    Ramp ramp() {
        return ramp;
    }

    FlatSockets flat() {
        return flat;
    }

    /** A member is in its room no more. */
    void left(Member member) {
        roster.left(member);
        checker.left(member.slot);
        flat.leave(member.slot);
    }

    /** A steady member heard a message. */
    void onHeard() {
        pacer.onHeard();
    }

    @Override
    public CompletionStage<Void> open(int members) {
        return onLoop(() -> ramp.connect(roster.absentBelow(members)));
    }

    @Override
    public CompletionStage<Void> leave() {
        return onLoop(() -> {
            roster.all().stream().filter(Member::isReady).forEach(member -> {
                left(member);
                member.leave();
            });
            return CompletableFuture.<Void>completedFuture(null);
        });
    }

    @Override
    public CompletionStage<Published> publish(Times times) {
        var ended = new CompletableFuture<Published>();
        at(times.start(), () -> {
            recorder.measure(times.from(), times.until());
            pacer = pacer();
            pacer.start(times.start(), times.until());
            typing.start();
            pings.start();
        });
        at(times.from(), this::measureFrom);
        at(times.from() + (times.until() - times.from()) / 5, this::disturb);
        end = () -> {
            end = () -> {};
            pacer.stop();
            typing.stop();
            pings.stop();
            measureUntil();
            whenSaid(ended, System.nanoTime() + plan.timing().drain().toNanos());
        };
        at(times.until(), () -> end.run());
        return ended;
    }

    @Override
    public CompletionStage<Void> end() {
        return onLoop(() -> {
            end.run();
            return CompletableFuture.<Void>completedFuture(null);
        });
    }

    /** What the server API has still to be told is published as well. */
    private void whenSaid(CompletableFuture<Published> ended, long deadline) {
        if (api == null || api.isIdle() || System.nanoTime() > deadline) ended.complete(publishing.published());
        else loop.schedule(() -> whenSaid(ended, deadline), 5, TimeUnit.MILLISECONDS);
    }

    private Pacer pacer() {
        if (publishing.isEmpty()) return Pacer.SILENT;
        LoadPlan.Pace pace = plan.traffic().pace();
        double share = (double) publishing.rooms() / plan.crowd().rooms();
        return switch (pace.kind()) {
            case RATE -> new OpenLoop(loop, publishing, pace.amount() * share);
            case WINDOW ->
                new ClosedLoop(loop, publishing, recorder, (int) Math.max(1, Math.round(pace.amount() * share)));
            case IDLE -> Pacer.SILENT;
        };
    }

    private void measureFrom() {
        window.from = System.nanoTime();
        window.published = recorder.published;
        window.delivered = recorder.delivered;
        window.bytes = recorder.bytes;
    }

    private void measureUntil() {
        if (window.from == 0) return; // ended before it began
        window.isOver = true;
        window.until = System.nanoTime();
        window.published = recorder.published - window.published;
        window.delivered = recorder.delivered - window.delivered;
        window.bytes = recorder.bytes - window.bytes;
    }

    private void disturb() {
        List<Member> slow = roster.slow(plan);
        reading(slow, false);
        Duration slowFor = plan.disturbance().slowFor();
        loop.schedule(() -> reading(slow, true), slowFor.toMillis(), TimeUnit.MILLISECONDS);
        List<Member> dropped = new ArrayList<>(roster.dropped(plan));
        dropped.removeIf(member -> !member.isReady());
        for (Member member : dropped) {
            left(member);
            member.leave();
        }
        long began = System.nanoTime();
        if (!dropped.isEmpty())
            ramp.connect(dropped)
                    .thenRun(() -> recorder.event(String.format(
                            Locale.ROOT,
                            "%d members lost their connection at once and were back in their rooms in %.2f s.",
                            dropped.size(),
                            (System.nanoTime() - began) / 1e9)));
    }

    private static void reading(List<Member> members, boolean reads) {
        for (Member member : members) {
            Channel channel = member.channel();
            if (channel != null) channel.config().setAutoRead(reads);
        }
    }

    @Override
    public CompletionStage<Report> settle(Published all) {
        return onLoop(() -> {
            var ended = new CompletableFuture<Report>();
            new Settling(plan, roster, checker, loop, all, () -> ended.complete(report())).look();
            return ended;
        });
    }

    private Report report() {
        return new Report(
                recorder.opened,
                recorder.failed,
                recorder.failures,
                recorder.closes,
                Distribution.pack(recorder.handshake),
                Distribution.pack(recorder.ready),
                Distribution.pack(recorder.latency),
                window.isOver ? (window.until - window.from) / 1e9 : 0,
                window.isOver ? window.published : 0,
                window.isOver ? window.delivered : 0,
                window.isOver ? window.bytes : 0,
                recorder.otherFrames,
                recorder.typingSent,
                recorder.typingHeard,
                recorder.pingsSent,
                recorder.pongsHeard,
                checker.result((long) roster.size() * plan.crowd().publishersPerRoom()),
                recorder.notes());
    }

    @Override
    public CompletionStage<Tick> tick() {
        return onLoop(() -> {
            Tick tick = new Tick(
                    roster.ready(),
                    recorder.published - tickedPublished,
                    recorder.delivered - tickedDelivered,
                    cpuSeconds(),
                    recorder.second());
            tickedPublished = recorder.published;
            tickedDelivered = recorder.delivered;
            return CompletableFuture.completedFuture(tick);
        });
    }

    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime() / 1e9
                : 0;
    }

    private void at(long nanos, Runnable task) {
        loop.schedule(task, Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> task) {
        var done = new CompletableFuture<T>();
        loop.execute(() -> task.get().whenComplete((value, failure) -> {
            if (failure == null) done.complete(value);
            else done.completeExceptionally(failure);
        }));
        return done;
    }

    /** Nobody begins anything any more, before the loop ends: what ends because of it would begin again. */
    private void stop() {
        end = () -> {};
        ramp.stop();
        if (api != null) api.stop();
        roster.all().forEach(Member::leave);
        pacer.stop();
        typing.stop();
        pings.stop();
    }

    @Override
    public void close() {
        loop.execute(this::stop);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
