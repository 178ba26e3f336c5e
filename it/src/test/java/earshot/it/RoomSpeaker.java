package earshot.it;

import earshot.gateway.testkit.Swarm;
import earshot.gateway.testkit.SwarmClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Says numbered messages in one channel, so many without having heard its own echo, or at a pace; now and then it sets its status, which is a
 * number too. Confined to the swarm's thread.
 */
final class RoomSpeaker implements Swarm.Ear {
    private static final int UNHEARD = 16;

    private final StalledWorld world;
    final String channel;
    private SwarmClient client;
    private int next;
    private int wanted;
    private int heard;
    private int status;
    private String padding = "";
    private Duration pace = Duration.ZERO;
    private boolean joined;

    RoomSpeaker(StalledWorld world, String channel) {
        this.world = world;
        this.channel = channel;
    }

    void dial() {
        joined = false;
        client = world.connect(channel, "speaker-of-" + channel, "write", 0, this);
    }

    /** @param pace between two messages; zero: as fast as they are heard */
    void say(int more, int chars, Duration pace) {
        wanted += more;
        padding = "x".repeat(chars);
        this.pace = pace;
        if (pace.isZero()) sayMore();
        else sayOne();
    }

    int said() {
        return next;
    }

    int status() {
        return status;
    }

    boolean isDone() {
        return heard == wanted;
    }

    boolean isJoined() {
        return joined;
    }

    private void sayMore() {
        while (next < wanted && next - heard < UNHEARD) sayNext();
    }

    private void sayOne() {
        if (next == wanted) return;
        sayNext();
        world.swarm.after(pace, this::sayOne);
    }

    private void sayNext() {
        client.text("{\"type\":\"message\",\"content\":\"%d %d %s\"}".formatted(next++, System.nanoTime(), padding));
        if (next % 16 == 0) client.text("{\"type\":\"presence\",\"status\":\"%d\"}".formatted(++status));
    }

    @Override
    public void heard(SwarmClient from, byte[] payload) {
        String frame = new String(payload, StandardCharsets.UTF_8);
        if (frame.startsWith(RoomMember.INITIAL)) joined = true;
        if (!frame.startsWith(RoomMember.MESSAGE)) return;
        heard++;
        if (pace.isZero()) sayMore();
    }

    /** Whatever it said last and did not hear was either kept or not: the numbers tell. */
    @Override
    public void ended(SwarmClient ended, String how) {
        if (!world.isStopping())
            throw new AssertionError(channel + ": the speaker was ended: " + how + "; of all: " + world.endings());
    }
}
