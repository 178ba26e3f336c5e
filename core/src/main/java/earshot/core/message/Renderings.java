package earshot.core.message;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * What has been rendered from a shared value, so that it is rendered once. Thread-safe; a rendering is made under the lock, since the others
 * would only make the same one. At most {@value #MAX} are kept, more are made each time.
 */
public final class Renderings {
    private static final int MAX = 16;
    private static final Object[] NONE = {};

    /** Keys and what was made for them, in pairs: there are few, and most values are never rendered. */
    private Object[] made = NONE;

    /**
     * @param key names the dialect, its variant and what is rendered
     * @param type what {@code render} makes for this key, always the same
     */
    public synchronized <T> T get(Object key, Class<T> type, Supplier<T> render) {
        for (int i = 0; i < made.length; i += 2) if (made[i].equals(key)) return type.cast(made[i + 1]);
        T fresh = render.get();
        if (made.length < 2 * MAX) keep(key, fresh);
        return fresh;
    }

    private void keep(Object key, Object fresh) {
        int end = made.length;
        made = Arrays.copyOf(made, end + 2);
        made[end] = key;
        made[end + 1] = fresh;
    }
}
