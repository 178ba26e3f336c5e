package earshot.core.relay;

import earshot.core.message.RoomId;
import java.util.List;

/**
 * Port: what a room tells outside of its log and its board (the lanes sure, latest and spare), on its way to the other nodes that serve the room.
 * One object per node.
 *
 * <p>Thread-safe; never blocks. What one node tells in one room is heard on every other node that serves it in the order of telling, at most once,
 * and never on the node that told it. It is lost when the engine loses it or is too far behind (spare first); nothing is repeated later, but for the
 * latest values, which are asked for again after a loss. While only one node serves a room, nothing leaves that node.
 */
public interface RoomRelay {
    /**
     * This node serves the room from now on. The others that serve it are asked for their latest values. Once per room until {@link Line#close}.
     */
    Line open(RoomId room, Feed feed);

    /** A room's line to itself on the other nodes. Thread-safe. */
    interface Line {
        /** Whether another node serves the room too. While none does, telling is for nobody. */
        boolean isShared();

        void tell(Passed passed);

        /** Asks the others for their latest values again: something that they told was lost here. */
        void ask();

        /** This node does not serve the room any more. Nothing is heard afterwards. */
        void close();

        /** To nobody. */
        Line NONE = new Line() {
            @Override
            public boolean isShared() {
                return false;
            }

            @Override
            public void tell(Passed passed) {}

            @Override
            public void ask() {}

            @Override
            public void close() {}
        };
    }

    /** What a room hears of itself on other nodes. On any thread, also from inside {@link #open}; must not block or throw. */
    interface Feed {
        /** Something that another node decided: an event, or a current value of the latest lane. */
        void onPassed(Passed passed);

        /** Another node wants to know the latest values. To be answered once, soon, from any thread; no answer is as good as an empty one. */
        void onAsked(Answering answering);

        /** The latest values of those who serve the room have come, or nobody else serves it. May come again, after a loss. */
        void onReady();
    }

    /** Where the latest values go that somebody asked for. */
    interface Answering {
        /** The newest last; when they are too much for one answer the first are left out. */
        void answer(List<Passed> values);
    }

    /** For a node that is alone. */
    RoomRelay NONE = (room, feed) -> {
        feed.onReady();
        return Line.NONE;
    };
}
