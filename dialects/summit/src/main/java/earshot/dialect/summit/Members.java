package earshot.dialect.summit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The members of a client's JSON object, one level deep; of two with one name the last counts, as with {@code JSON.parse}. For one thread. */
final class Members {
    static final Members NONE = new Members(Map.of());

    private final Map<String, Slice> byName;

    Members(Map<String, Slice> byName) {
        this.byName = byName;
    }

    static Members collecting() {
        return new Members(new LinkedHashMap<>(8));
    }

    void put(String name, Slice value) {
        byName.put(name, value);
    }

    @Nullable
    Slice value(String name) {
        return byName.get(name);
    }

    /** Null: there is none of this name, or it is no string. */
    @Nullable
    String string(String name) {
        Slice value = byName.get(name);
        return value == null ? null : value.text();
    }

    boolean isTrue(String name) {
        Slice value = byName.get(name);
        return value != null && value.is(Slice.Kind.TRUE);
    }

    /** Null: none, or no object. */
    @Nullable
    Slice object(String name) {
        Slice value = byName.get(name);
        return value != null && value.is(Slice.Kind.OBJECT) ? value : null;
    }

    int size() {
        return byName.size();
    }

    /** In the order of their coming. */
    void forEach(BiConsumer<String, Slice> each) {
        byName.forEach(each);
    }
}
