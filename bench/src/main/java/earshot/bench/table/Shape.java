package earshot.bench.table;

import java.util.Arrays;

/** How members are spread over rooms, and how many messages are under way at once over all rooms. */
enum Shape {
    ONE_OF_100("100", "one room of 100", 1, 100, 4),
    ONE_OF_1000("1,000", "one room of 1,000", 1, 1000, 4),
    ONE_OF_10000("10,000", "one room of 10,000", 1, 10_000, 4),
    MANY_OF_10("1,000 × 10", "1,000 rooms of 10", 1000, 10_000, 200);

    /** The head of its column. */
    final String head;

    final String words;
    final int rooms;
    final int connections;
    final int inFlight;

    Shape(String head, String words, int rooms, int connections, int inFlight) {
        this.head = head;
        this.words = words;
        this.rooms = rooms;
        this.connections = connections;
        this.inFlight = inFlight;
    }

    /** As options name it: {@code 1000}, {@code 1000x10}. */
    static Shape named(String key) {
        for (Shape shape : values()) if (shape.key().equals(key)) return shape;
        String known = String.join(", ", Arrays.stream(values()).map(Shape::key).toList());
        throw new IllegalArgumentException("shape: " + key + " (expected: " + known + ")");
    }

    String key() {
        return head.replace(",", "").replace(" × ", "x");
    }
}
