package earshot.bench.table;

import earshot.bench.page.Numbers;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that must hold, and what was seen of it.
 *
 * @param what in words
 * @param limit the ratio or figure that decides
 * @param upward true: at least the limit; false: at most
 * @param unit behind both figures; empty for a ratio
 * @param seen null: not measured
 */
record Gate(
        String what,
        double limit,
        boolean upward,
        String unit,
        @Nullable Spread seen) {

    /** How it stands. */
    enum Verdict {
        MET("met"),
        NOT_MET("**not met**"),
        NOT_MEASURED("not measured");

        final String words;

        Verdict(String words) {
            this.words = words;
        }
    }

    /** The median decides. */
    Verdict verdict() {
        if (seen == null) return Verdict.NOT_MEASURED;
        boolean holds = upward ? seen.median() >= limit : seen.median() <= limit;
        return holds ? Verdict.MET : Verdict.NOT_MET;
    }

    String limitText() {
        return (upward ? "≥ " : "≤ ") + figure(limit);
    }

    String seenText() {
        if (seen == null) return "–";
        if (seen.count() == 1) return figure(seen.median());
        return figure(seen.median()) + " (" + figure(seen.least()) + " – " + figure(seen.most()) + ")";
    }

    private String figure(double value) {
        if (unit.isEmpty()) return String.format(Locale.ROOT, "%.2f", value);
        return Numbers.compact(value) + " " + unit;
    }
}
