package earshot.bench.load;

import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;

/** What members hear: marks are found, checked and timed. Owned by the loop of its generator; a message costs no allocation. */
final class Hearing implements Member.Audience {
    private static final int SHOWN_OF_REFUSAL = 160;
    private static final byte[] PONG = Literal.of("3");

    private final LoadLoop generator;
    private final Speaker speaker;
    private final long prefix;
    private final byte[] scratch = new byte[FrameReader.MOST_REST + SharedReads.BYTES];

    /** Where in its frame the last mark was: most are there. */
    private int place;

    /** When the bytes were read that are being looked at. */
    private long now;

    Hearing(LoadLoop generator, Speaker speaker, long prefix) {
        this.generator = generator;
        this.speaker = speaker;
        this.prefix = prefix;
    }

    @Override
    public byte[] scratch() {
        return scratch;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void bytes(int count) {
        now = System.nanoTime();
        generator.recorder().bytes += count;
    }

    @Override
    public void partial(Member member) {
        generator.flat().partial(member.slot);
    }

    @Override
    public void heard(Member member, byte[] bytes, int from, int end) {
        heard(speaker.heard(bytes, from, end), member, bytes, from, end);
    }

    /** A text or binary frame of a steady member. */
    void heard(int slot, byte[] bytes, int from, int end) {
        Heard what = speaker.heard(bytes, from, end);
        if (what == Heard.MESSAGE) message(slot, true, bytes, from, end);
        else heard(what, generator.roster().all().get(slot), bytes, from, end);
    }

    private void heard(Heard what, Member member, byte[] bytes, int from, int end) {
        Recorder recorder = generator.recorder();
        switch (what) {
            case MESSAGE -> message(member.slot, member.isSteady, bytes, from, end);
            case WELCOME -> {
                recorder.otherFrames++;
                history(member, bytes, from, end);
                member.isWelcome();
            }
            case HISTORY -> {
                recorder.otherFrames++;
                history(member, bytes, from, end);
            }
            case PING -> pong(member);
            case PONG -> recorder.pongsHeard++;
            case TYPING -> recorder.typingHeard++;
            case REFUSAL -> {
                recorder.otherFrames++;
                int shown = Math.min(end - from, SHOWN_OF_REFUSAL);
                Recorder.count(recorder.refusals, new String(bytes, from, shown, StandardCharsets.UTF_8));
            }
            case OTHER -> recorder.otherFrames++;
        }
    }

    private static void pong(Member member) {
        Channel channel = member.channel();
        if (channel != null) channel.writeAndFlush(ClientFrames.text(channel.alloc(), PONG), channel.voidPromise());
    }

    private void message(int slot, boolean isSteady, byte[] bytes, int from, int end) {
        int mark = from + place;
        if (!Mark.isAt(bytes, mark, end, prefix)) {
            mark = Mark.find(bytes, from, end, prefix);
            if (mark < 0) {
                generator.recorder().otherFrames++;
                return;
            }
            place = mark - from;
        }
        generator.checker().heard(slot, Mark.publisher(bytes, mark), Mark.sequence(bytes, mark));
        generator.recorder().delivered(Mark.dueNanos(bytes, mark), now, isSteady);
        if (isSteady) generator.onHeard();
    }

    private void history(Member member, byte[] bytes, int from, int end) {
        for (int at = Mark.find(bytes, from, end, prefix); at >= 0; at = Mark.find(bytes, at + Mark.BYTES, end, prefix))
            generator.checker().shown(member.slot, Mark.publisher(bytes, at), Mark.sequence(bytes, at));
    }

    @Override
    public void upgraded(Member member, long tookNanos) {
        generator.recorder().handshake.recordValue(Distribution.micros(tookNanos));
        Channel channel = member.channel();
        if (channel != null) {
            for (byte[] text : speaker.greeting(member.index, member.room))
                channel.write(ClientFrames.text(channel.alloc(), text), channel.voidPromise());
            channel.flush();
        }
        if (!speaker.isWelcomed()) member.isWelcome();
    }

    @Override
    public void welcomed(Member member, long tookNanos) {
        generator.recorder().ready.recordValue(Distribution.micros(tookNanos));
        generator.recorder().opened++;
        generator.roster().arrived(member);
        generator.ramp().arrived(member);
        if (member.isSteady) generator.flat().take(member);
    }

    @Override
    public void failed(Member member, String reason) {
        generator.ramp().failed(member, reason);
    }

    @Override
    public void closed(Member member, String reason) {
        Recorder.count(generator.recorder().closes, reason);
        generator.left(member);
    }
}
