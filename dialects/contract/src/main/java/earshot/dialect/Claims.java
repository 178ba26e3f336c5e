package earshot.dialect;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a genuine token says. Values are those of JSON: String, Number, Boolean, List, Map. */
public record Claims(Map<String, Object> values) {
    /** A claim that is a non-empty string. */
    public Optional<String> string(String name) {
        return values.get(name) instanceof String s && !s.isEmpty() ? Optional.of(s) : Optional.empty();
    }

    /** The strings of a claim that is a list; empty when it is missing or something else. */
    public List<String> strings(String name) {
        return values.get(name) instanceof List<?> list
                ? list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList()
                : List.of();
    }

    /** Without the values. */
    @Override
    public String toString() {
        return "claims " + values.keySet();
    }
}
