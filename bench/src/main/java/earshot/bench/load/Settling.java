package earshot.bench.load;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/** Looks until everybody heard everything, or nothing came for the drain time. Owned by the loop of its generator. */
final class Settling {
    private static final long LOOK_MILLIS = 20;

    private final LoadPlan plan;
    private final Roster roster;
    private final Checker checker;
    private final EventLoop loop;
    private final Generator.Published all;
    private final Runnable done;
    private long before = -1;
    private long lastNews = System.nanoTime();

    /** @param all what all generators published */
    Settling(LoadPlan plan, Roster roster, Checker checker, EventLoop loop, Generator.Published all, Runnable done) {
        this.plan = plan;
        this.roster = roster;
        this.checker = checker;
        this.loop = loop;
        this.all = all;
        this.done = done;
    }

    void look() {
        long behind = behind(false);
        if (behind != before) lastNews = System.nanoTime();
        before = behind;
        if (behind > 0 && System.nanoTime() - lastNews < plan.timing().drain().toNanos()) {
            loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            behind(true);
            done.run();
        }
    }

    /** @param isEnd whether what is missing now is lost */
    private long behind(boolean isEnd) {
        int publishers = plan.crowd().publishersPerRoom();
        long sum = 0;
        for (Member member : roster.all()) {
            if (!member.isReady()) continue;
            for (int publisher = 0; publisher < publishers; publisher++) {
                int behind = checker.behind(member.slot, publisher, all.counts()[member.room * publishers + publisher]);
                sum += behind;
                if (isEnd) checker.endedBehind(behind);
            }
        }
        return sum;
    }
}
