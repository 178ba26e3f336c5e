package earshot.gateway;

import earshot.core.message.JoinOptions;
import earshot.dialect.Dialect;

/** A dialect as the fan-out sees it: a small number, and its spellings. One object per node and dialect. */
final class Language {
    final int index;
    final Dialect dialect;
    private final Flavor[] flavors = new Flavor[JoinOptions.MAX_VARIANT + 1];

    Language(int index, Dialect dialect) {
        this.index = index;
        this.dialect = dialect;
        for (int v = 0; v < flavors.length; v++) flavors[v] = new Flavor(this, v);
    }

    /** @param variant 0..15 */
    Flavor flavor(int variant) {
        return flavors[variant];
    }

    String name() {
        return dialect.name();
    }

    /** One spelling: all members with the same flavor hear the same bytes. Compared by identity. */
    static final class Flavor {
        final Language language;
        final int variant;

        Flavor(Language language, int variant) {
            this.language = language;
            this.variant = variant;
        }
    }
}
