package earshot.bench.load;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Members who begin and stop typing, in turn. Owned by the loop of its generator. */
final class Typists {
    private static final long TURN_MILLIS = 10;

    private final EventLoop loop;
    private final Speaker speaker;
    private final Roster roster;
    private final Recorder recorder;
    private final double perSecond;
    private long began;
    private long told;
    private boolean stopped = true;

    Typists(EventLoop loop, Speaker speaker, Roster roster, Recorder recorder, double perSecond) {
        this.loop = loop;
        this.speaker = speaker;
        this.roster = roster;
        this.recorder = recorder;
        this.perSecond = perSecond;
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

    /** Everybody begins before the first stops. */
    private void tell() {
        List<Member> members = roster.all();
        Member member = members.get((int) (told % members.size()));
        boolean on = told / members.size() % 2 == 0;
        told++;
        byte[] text = speaker.typing(member.room, on);
        Channel channel = member.channel();
        if (text == null || channel == null || !member.isReady() || !channel.isWritable()) return;
        channel.writeAndFlush(ClientFrames.text(channel.alloc(), text), channel.voidPromise());
        recorder.typingSent++;
    }
}
