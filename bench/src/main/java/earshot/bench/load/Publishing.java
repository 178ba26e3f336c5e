package earshot.bench.load;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this generator's publishers say: rooms in turn, and in each room its publishers in turn, every one with a sequence of its own. Owned by
 * the loop of its generator.
 */
final class Publishing {
    /** More than this is not kept for a server that does not read. */
    private static final long MOST_WAITING_BYTES = 32 << 20;

    private final Speaker speaker;
    private final Roster roster;
    private final Recorder recorder;
    private final @Nullable ApiCalls api;
    private final long prefix;
    private final int[] rooms;
    private final int publishers;
    private final int[] said;
    private final byte[] content;
    private final List<Channel> unflushed = new ArrayList<>();

    /** @param rooms those where this generator publishes; empty: it only listens */
    Publishing(
            LoadPlan plan,
            Speaker speaker,
            Roster roster,
            Recorder recorder,
            @Nullable ApiCalls api,
            long prefix,
            int[] rooms) {
        this.speaker = speaker;
        this.roster = roster;
        this.recorder = recorder;
        this.api = api;
        this.prefix = prefix;
        this.rooms = rooms;
        this.publishers = plan.crowd().publishersPerRoom();
        this.said = new int[plan.crowd().rooms() * publishers];
        this.content = Literal.of("x".repeat(plan.traffic().payloadBytes()));
    }

    boolean isEmpty() {
        return rooms.length == 0;
    }

    /** In how many rooms it publishes. */
    int rooms() {
        return rooms.length;
    }

    int hearersOf(long message) {
        return roster.steadyIn(room(message));
    }

    private int room(long message) {
        return rooms[(int) (message % rooms.length)];
    }

    /** Whether the message could be sent, or at least be left to be sent. */
    boolean say(long message, long dueNanos) {
        int room = room(message);
        int publisher = (int) (message / rooms.length % publishers);
        int pair = room * publishers + publisher;
        Mark.write(content, 0, prefix, publisher, said[pair] + 1, dueNanos);
        boolean sent = switch (speaker.say(room, publisher, content)) {
            case Speaker.Said.Frame frame -> send(room, publisher, frame.text());
            case Speaker.Said.Post post -> api != null && api.post(pair, post);
        };
        if (sent) {
            said[pair]++;
            recorder.published++;
        } else {
            recorder.unsent++;
        }
        return sent;
    }

    private boolean send(int room, int publisher, byte[] text) {
        Member member = roster.publisher(room, publisher);
        Channel channel = member == null || !member.isReady() ? null : member.channel();
        if (channel == null || waitingBytes(channel) > MOST_WAITING_BYTES) return false;
        channel.write(ClientFrames.text(channel.alloc(), text), channel.voidPromise());
        unflushed.add(channel);
        return true;
    }

    private static long waitingBytes(Channel channel) {
        return channel.isWritable() ? 0 : channel.unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    /** Everything that was said in this turn leaves, one write per publisher. */
    void flush() {
        for (int i = 0; i < unflushed.size(); i++) unflushed.get(i).flush();
        unflushed.clear();
    }

    Generator.Published published() {
        return new Generator.Published(said.clone());
    }
}
