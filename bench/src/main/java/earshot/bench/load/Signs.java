package earshot.bench.load;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Small events that members send in turn, at a rate: signs of typing, pings. What could not be sent, because its member is gone or the server does not read,
 * is left out. Owned by the loop of its generator.
 */
final class Signs {
    private static final long TURN_MILLIS = 5;

    private final EventLoop loop;
    private final Roster roster;
    private final FlatSockets sockets;
    private final double perSecond;
    private final Sign sign;
    private final Runnable onSent;
    private long began;
    private long told;
    private boolean stopped = true;

    /** What a member sends when it is its turn. */
    interface Sign {
        /**
         * The text of a frame; null: the dialect has none.
         *
         * @param round how often all members have had their turn
         */
        byte @Nullable [] of(Member member, long round);
    }

    Signs(EventLoop loop, Roster roster, FlatSockets sockets, double perSecond, Sign sign, Runnable onSent) {
        this.loop = loop;
        this.roster = roster;
        this.sockets = sockets;
        this.perSecond = perSecond;
        this.sign = sign;
        this.onSent = onSent;
    }

    void start() {
        if (perSecond == 0 || roster.size() == 0) return;
        stopped = false;
        began = System.nanoTime();
        turn();
    }

    void stop() {
        stopped = true;
    }

    private void turn() {
        if (stopped) return;
        double due = (System.nanoTime() - began) / 1e9 * perSecond;
        while (told < due) tell();
        loop.schedule(this::turn, TURN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tell() {
        List<Member> members = roster.all();
        Member member = members.get((int) (told % members.size()));
        byte[] text = member.isReady() ? sign.of(member, told / members.size()) : null;
        told++;
        if (text != null && sockets.send(member, ClientFrames.text(text))) onSent.run();
    }
}
