package earshot.dialect.summit;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which namespaces there are: {@code /}, and those of the configuration. Thread-safe. */
final class Namespaces {
    private final List<Pattern> others;

    /** @param others names or patterns, with or without the slash before them */
    Namespaces(List<String> others) {
        this.others = others.stream()
                .map(name -> name.startsWith("/") ? name : "/" + name)
                .map(Namespaces::pattern)
                .toList();
    }

    private static Pattern pattern(String name) {
        return Pattern.compile(
                Stream.of(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")), Pattern.DOTALL);
    }

    boolean has(String namespace) {
        if (namespace.equals(Packets.MAIN)) return true;
        // A comma would end the name inside of a packet; characters below a space are nobody's name.
        if (namespace.chars().anyMatch(c -> c <= ' ' || c == ',' || c == 0x7f)) return false;
        return others.stream().anyMatch(p -> p.matcher(namespace).matches());
    }
}
