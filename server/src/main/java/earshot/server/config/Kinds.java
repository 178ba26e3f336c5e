package earshot.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values that settings have. */
final class Kinds {
    /** How an empty list is shown. */
    static final String NOTHING = "(none)";

    static final Kind<String> TEXT = scalar("text", t -> t, v -> v);
    static final Kind<Boolean> SWITCH = scalar("true or false", Kinds::readSwitch, v -> v.toString());
    static final Kind<Path> PATH = scalar("path", Kinds::readPath, Path::toString);
    /** How old something may become; 0s: any age. */
    static final Kind<Duration> AGE = duration(Duration.ZERO, Duration.ofDays(36_500));

    static final Kind<List<String>> WORDS = new WordsKind();
    static final Kind<List<String>> SECRETS = new SecretsKind();

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]*)");
    private static final Map<String, Duration> TIME_UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZE_UNITS =
            Map.of("b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30, "kb", 1_000L, "mb", 1_000_000L);

    private Kinds() {}

    static Kind<Integer> integer(int least, int most) {
        String range = most == Integer.MAX_VALUE ? "integer, from " + least : "integer, " + least + " to " + most;
        return scalar(
                range,
                t -> {
                    int value = number(t);
                    if (value < least || value > most) throw new Kind.Unfit(quoted(t) + " (expected: " + range + ")");
                    return value;
                },
                v -> Integer.toString(v));
    }

    static Kind<Duration> duration(Duration least, Duration most) {
        String range = "duration, " + showDuration(least) + " to " + showDuration(most);
        return new Kind<>() {
            @Override
            public String describe() {
                return range;
            }

            @Override
            public Duration parse(Raw raw) {
                Raw.Text text = word(raw);
                Duration value = readDuration(text);
                if (value.compareTo(least) < 0 || value.compareTo(most) > 0)
                    throw new Unfit(quoted(text.text()) + " (expected: " + range + ")");
                return value;
            }

            @Override
            public String show(Duration value) {
                return showDuration(value);
            }
        };
    }

    static Kind<Long> size(long least, long most) {
        String range = "size, " + showSize(least) + " to " + showSize(most);
        return scalar(
                range,
                t -> {
                    long value = readSize(t);
                    if (value < least || value > most) throw new Kind.Unfit(quoted(t) + " (expected: " + range + ")");
                    return value;
                },
                Kinds::showSize);
    }

    /** One of an enum's constants, in lower case with hyphens. */
    static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) words.add(spelled(constant));
        String described = "one of " + String.join(", ", words);
        return scalar(
                described,
                t -> {
                    int at = words.indexOf(t.toLowerCase(Locale.ROOT));
                    if (at < 0) throw new Kind.Unfit(quoted(t) + " (expected: " + described + ")");
                    return type.getEnumConstants()[at];
                },
                Kinds::spelled);
    }

    static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <T> Kind<T> scalar(String described, Function<String, T> read, Function<T, String> show) {
        return new Kind<>() {
            @Override
            public String describe() {
                return described;
            }

            @Override
            public T parse(Raw raw) {
                return read.apply(word(raw).text().strip());
            }

            @Override
            public String show(T value) {
                return show.apply(value);
            }
        };
    }

    static Raw.Text word(Raw raw) {
        if (raw instanceof Raw.Text text) return text;
        throw new Kind.Unfit("a list or table (expected: one value)");
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Kind.Unfit(quoted(text) + " is no whole number");
        }
    }

    private static Boolean readSwitch(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new Kind.Unfit(quoted(text) + " (expected: true or false)");
        };
    }

    private static Path readPath(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new Kind.Unfit(quoted(text) + " is no path");
        }
    }

    static Duration readDuration(Raw.Text text) {
        Matcher amount = AMOUNT.matcher(text.text().strip());
        if (!amount.matches()) throw notADuration(text);
        String unit = amount.group(2).isEmpty() ? text.unit() : amount.group(2).toLowerCase(Locale.ROOT);
        long count = Long.parseLong(amount.group(1));
        if (count == 0 && unit.isEmpty()) return Duration.ZERO;
        Duration one = TIME_UNITS.get(unit);
        if (one == null) throw notADuration(text);
        try {
            return one.multipliedBy(count);
        } catch (ArithmeticException e) {
            throw notADuration(text);
        }
    }

    private static Kind.Unfit notADuration(Raw.Text text) {
        return new Kind.Unfit(quoted(text.text()) + " is no duration (write 500ms, 10s, 5m, 2h or 7d)");
    }

    static String showDuration(Duration value) {
        long millis = value.toMillis();
        if (millis == 0) return "0s";
        if (millis % 86_400_000 == 0) return millis / 86_400_000 + "d";
        if (millis % 3_600_000 == 0) return millis / 3_600_000 + "h";
        if (millis % 60_000 == 0) return millis / 60_000 + "m";
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    private static long readSize(String text) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) throw notASize(text);
        String unit = amount.group(2).toLowerCase(Locale.ROOT);
        Long one = unit.isEmpty() ? Long.valueOf(1) : SIZE_UNITS.get(unit);
        if (one == null) throw notASize(text);
        try {
            return Math.multiplyExact(Long.parseLong(amount.group(1)), one);
        } catch (ArithmeticException e) {
            throw notASize(text);
        }
    }

    private static Kind.Unfit notASize(String text) {
        return new Kind.Unfit(quoted(text) + " is no size (write 4096, 64KiB, 16MiB or 1GiB)");
    }

    static String showSize(long bytes) {
        if (bytes == 0) return "0";
        if (bytes % (1L << 30) == 0) return (bytes >> 30) + "GiB";
        if (bytes % (1L << 20) == 0) return (bytes >> 20) + "MiB";
        return bytes % (1L << 10) == 0 ? (bytes >> 10) + "KiB" : Long.toString(bytes);
    }

    /** What somebody wrote, cut short: it may be anything. */
    static String quoted(String text) {
        return "\"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
    }

    /** Words: a list in the file, separated by commas anywhere else. */
    private static final class WordsKind implements Kind<List<String>> {
        @Override
        public String describe() {
            return "list of words";
        }

        @Override
        public List<String> parse(Raw raw) {
            return switch (raw) {
                case Raw.Text t -> split(t.text(), ",");
                case Raw.Items i ->
                    i.items().stream().map(item -> word(item).text().strip()).toList();
                case Raw.Table _ -> throw new Unfit("a table (expected: a list of words)");
            };
        }

        @Override
        public String show(List<String> value) {
            return value.isEmpty() ? NOTHING : String.join(", ", value);
        }
    }

    /** Secrets, newest first: a list in the file, separated by white space anywhere else (a comma may be part of one). */
    private static final class SecretsKind implements Kind<List<String>> {
        @Override
        public String describe() {
            return "secret, or several, newest first";
        }

        @Override
        public List<String> parse(Raw raw) {
            List<String> secrets = switch (raw) {
                case Raw.Text t -> split(t.text(), "\\s+");
                case Raw.Items i ->
                    i.items().stream().map(item -> word(item).text()).toList();
                case Raw.Table _ -> throw new Unfit("a table (expected: a secret or a list of secrets)");
            };
            if (secrets.stream().anyMatch(String::isBlank)) throw new Unfit("one of the secrets is empty");
            return secrets;
        }

        @Override
        public String show(List<String> value) {
            return switch (value.size()) {
                case 0 -> NOTHING;
                case 1 -> masked(value.get(0));
                default -> value.size() + " secrets, newest " + masked(value.get(0));
            };
        }

        private static String masked(String secret) {
            return "******** (" + secret.length() + " characters)";
        }

        @Override
        public boolean isSecret() {
            return true;
        }
    }

    private static List<String> split(String text, String separator) {
        return Pattern.compile(separator)
                .splitAsStream(text)
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
