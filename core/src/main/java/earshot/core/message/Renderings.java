package earshot.core.message;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What has been rendered from a shared value, so that it is rendered once. Thread-safe; a rendering is made under the lock, since the others
 * would only make the same one. At most {@value #MAX} are kept, more are made each time.
 */
public final class Renderings {
    private static final int MAX = 16;

    private final Map<Object, Object> made = new HashMap<>(4);

    /**
     * @param key names the dialect, its variant and what is rendered
     * @param type what {@code render} makes for this key, always the same
     */
    public synchronized <T> T get(Object key, Class<T> type, Supplier<T> render) {
        Object known = made.get(key);
        if (known != null) return type.cast(known);
        T fresh = render.get();
        if (made.size() < MAX) made.put(key, fresh);
        return fresh;
    }
}
