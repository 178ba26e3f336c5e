package earshot.server.config;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * permessage-deflate (RFC 7692).
 *
 * @param dialects whose clients may have it; may name the echo
 */
public record CompressionSettings(Set<String> dialects, int level, int minBytes, int maxRatio) {
    static final Catalog CATALOG = new Catalog(
            "compression", "Packing of messages for clients that ask for it (permessage-deflate, RFC 7692).");

    static final Setting<Set<String>> DIALECTS = CATALOG.setting(
            "dialects",
            new DialectsKind(),
            Set.of(),
            "Whose clients may have their messages packed; echo is /echo. None: it is off.");
    static final Setting<Integer> LEVEL = CATALOG.setting(
            "level",
            Kinds.integer(1, 9),
            1,
            "Effort of zlib: 1 is fastest, 9 smallest. A message is packed once for all who hear it, by a loop that serves"
                    + " nobody else meanwhile.");
    static final Setting<Long> MIN_BYTES =
            CATALOG.setting("min-bytes", Kinds.size(0, 1 << 20), 256L, "Shorter messages go out as they are.");
    static final Setting<Integer> MAX_RATIO = CATALOG.setting(
            "max-ratio",
            Kinds.integer(1, 2000),
            100,
            "How many bytes one packed byte from a client may become, above 1 MiB; beyond it the socket is closed with 1009.");

    static CompressionSettings from(Values values) {
        return new CompressionSettings(
                values.of(DIALECTS), values.of(LEVEL), values.of(MIN_BYTES).intValue(), values.of(MAX_RATIO));
    }

    /** Names, or {@code all}. */
    private static final class DialectsKind implements Kind<Set<String>> {
        private static final String ALL = "all";
        private static final Set<String> KNOWN = Set.of("threadkit", "waddle", "summit", "graphwiz", "echo");

        @Override
        public String describe() {
            return "all, or some of threadkit, waddle, summit, graphwiz, echo";
        }

        @Override
        public Set<String> parse(Raw raw) {
            Set<String> dialects = new TreeSet<>();
            for (String word : Kinds.WORDS.parse(raw)) {
                if (word.equals(ALL)) dialects.addAll(KNOWN);
                else if (KNOWN.contains(word)) dialects.add(word);
                else throw new Unfit(Kinds.quoted(word) + " (expected: " + describe() + ")");
            }
            return Set.copyOf(dialects);
        }

        @Override
        public String show(Set<String> dialects) {
            return Kinds.WORDS.show(List.copyOf(new TreeSet<>(dialects)));
        }
    }
}
