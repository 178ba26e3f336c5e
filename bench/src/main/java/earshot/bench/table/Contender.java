package earshot.bench.table;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A server that can be measured, and what it is to reach. */
enum Contender {
    BARE("bare Netty loop", "one epoll loop, encoded once, nothing promised", 5),
    MEMORY("Earshot, memory", "tokens, presence and limits on; history in memory", 0),
    SQLITE("Earshot, SQLite committed", "the same, every message committed before it is told", 6),
    TWO_LOOPS("Earshot, memory, two loops", "on two cores, which it shares with the load when there are no more", 3),
    NCHAN("Nchan", "nginx module, C; nothing stored", 2),
    WS("Node ws", "one process; nothing stored", 1),
    SOCKETIO("Socket.IO", "on Node.js, one process; nothing stored", 4);

    final String label;
    final String words;

    /** Of the palette. */
    final int colour;

    Contender(String label, String words, int colour) {
        this.label = label;
        this.words = words;
        this.colour = colour;
    }

    boolean isEarshot() {
        return this == MEMORY || this == SQLITE || this == TWO_LOOPS;
    }

    /** Installed apart from Earshot, and left out when it is not. */
    boolean isPeer() {
        return this == NCHAN || this == WS || this == SOCKETIO;
    }

    int loops() {
        return this == TWO_LOOPS ? 2 : 1;
    }

    /** Two loops are compared where one core is busy with fan-out, and where it is busy with messages. */
    Set<Shape> shapes() {
        return this == TWO_LOOPS ? EnumSet.of(Shape.ONE_OF_1000, Shape.MANY_OF_10) : EnumSet.allOf(Shape.class);
    }

    /** As options and files name it. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
