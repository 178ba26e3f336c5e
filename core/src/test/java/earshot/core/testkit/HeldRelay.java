package earshot.core.testkit;

import earshot.core.message.Event;
import earshot.core.message.RoomId;
import earshot.core.relay.Passed;
import earshot.core.relay.RoomRelay;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A relay in front of another, whose feeds can be held back and released one word at a time, each in its order, and that loses typing. Confined to the
 * test's thread.
 */
public final class HeldRelay {
    private final List<HeldFeed> feeds = new ArrayList<>();
    private boolean holding;
    private int loseTyping;

    public RoomRelay over(RoomRelay inner) {
        return (room, feed) -> {
            var held = new HeldFeed(feed);
            feeds.add(held);
            return new HeldLine(inner, room, held);
        };
    }

    /** From now on feeds are held. */
    public void hold() {
        holding = true;
    }

    /** What is held is released, and nothing is held any more. */
    public void letGo() {
        holding = false;
        for (HeldFeed feed : List.copyOf(feeds)) while (feed.release()) {}
    }

    /** One word of one feed. */
    public void releaseOne(Random random) {
        if (!feeds.isEmpty()) feeds.get(random.nextInt(feeds.size())).release();
    }

    /** So many of the next typing events are lost. */
    public void loseTyping(int count) {
        loseTyping = count;
    }

    private final class HeldLine implements RoomRelay.Line {
        private final HeldFeed feed;
        private final RoomRelay.Line line;

        HeldLine(RoomRelay inner, RoomId room, HeldFeed feed) {
            this.feed = feed;
            this.line = inner.open(room, feed);
        }

        @Override
        public boolean isShared() {
            return line.isShared();
        }

        @Override
        public void tell(Passed passed) {
            line.tell(passed);
        }

        @Override
        public void ask() {
            line.ask();
        }

        @Override
        public void close() {
            line.close();
            feeds.remove(feed);
        }
    }

    private final class HeldFeed implements RoomRelay.Feed {
        private final RoomRelay.Feed inner;
        private final ArrayDeque<Runnable> held = new ArrayDeque<>();

        HeldFeed(RoomRelay.Feed inner) {
            this.inner = inner;
        }

        @Override
        public void onPassed(Passed passed) {
            if (passed.event() instanceof Event.Typing && loseTyping > 0) loseTyping--;
            else take(() -> inner.onPassed(passed));
        }

        @Override
        public void onAsked(RoomRelay.Answering answering) {
            take(() -> inner.onAsked(answering));
        }

        @Override
        public void onReady() {
            take(inner::onReady);
        }

        private void take(Runnable word) {
            if (holding || !held.isEmpty()) held.add(word);
            else word.run();
        }

        boolean release() {
            Runnable word = held.poll();
            if (word != null) word.run();
            return word != null;
        }
    }
}
