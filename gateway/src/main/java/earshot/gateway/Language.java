package earshot.gateway;

import earshot.core.message.JoinOptions;
import earshot.dialect.Dialect;
import earshot.dialect.Places;
import org.jspecify.annotations.Nullable;

/** A dialect as the fan-out sees it: a small number, and its spellings. One object per node and dialect. */
final class Language {
    final int index;
    final Dialect dialect;
    final Envelope envelope;
    private final Flavor[][] flavors = new Flavor[WireForm.count()][JoinOptions.MAX_VARIANT + 1];

    Language(int index, Dialect dialect) {
        this.index = index;
        this.dialect = dialect;
        this.envelope = dialect.engineIo() == null ? Envelope.BARE : Envelope.ENGINE_IO;
        for (WireForm form : WireForm.values()) {
            Flavor[] variants = flavors[form.number];
            for (int v = 0; v < variants.length; v++) variants[v] = new Flavor(this, v, form);
        }
    }

    /** @param variant 0..15 */
    Flavor flavor(int variant, WireForm form) {
        return flavors[form.number][variant];
    }

    String name() {
        return dialect.name();
    }

    /** One spelling in one form: all members with the same flavor hear the same bytes. Compared by identity. */
    static final class Flavor {
        final Language language;
        final int variant;
        final WireForm form;
        /** Null: nobody is told how far they heard other rooms. What is packed cannot be added to. */
        final @Nullable Places places;

        Flavor(Language language, int variant, WireForm form) {
            this.language = language;
            this.variant = variant;
            this.form = form;
            this.places = form == WireForm.PLAIN ? language.dialect.places(variant) : null;
        }

        /** Whether the two differ in their form alone. */
        boolean hasWordsOf(Flavor other) {
            return language == other.language && variant == other.variant;
        }
    }
}
