package earshot.core.room;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rooms that the operator declared to be one for several dialects.
 *
 * @param rooms a name in which {@code *} stands for any characters, also none
 * @param dialects who meets there, at least two
 */
public record Meeting(String rooms, Set<String> dialects) {
    public Meeting {
        if (rooms.isEmpty())
            throw new IllegalArgumentException("rooms: empty (expected: a name, * for any characters)");
        dialects = Set.copyOf(dialects);
        if (dialects.size() < 2)
            throw new IllegalArgumentException("dialects: " + dialects + " (expected: at least two)");
    }

    boolean isLiteral() {
        return rooms.indexOf('*') < 0;
    }

    Pattern pattern() {
        return Pattern.compile(
                Stream.of(rooms.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }
}
