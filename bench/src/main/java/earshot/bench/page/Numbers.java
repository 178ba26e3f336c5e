package earshot.bench.page;

import java.util.Locale;

/** Figures as people read them; a thousand is written 1,000. */
public final class Numbers {
    private Numbers() {}

    /** Three digits that count: {@code 0.42}, {@code 12.3}, {@code 713 k}, {@code 1.25 M}. */
    public static String compact(double value) {
        double size = Math.abs(value);
        if (size >= 999_500) return threeDigits(value / 1e6) + " M";
        if (size >= 9_995) return threeDigits(value / 1e3) + " k";
        if (size >= 1_000) return String.format(Locale.ROOT, "%,.0f", value);
        return threeDigits(value);
    }

    private static String threeDigits(double value) {
        double size = Math.abs(value);
        String form = size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f";
        String text = String.format(Locale.ROOT, form, value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    /** A time of so many milliseconds, in the unit that suits it. */
    public static String millis(double millis) {
        if (millis >= 999.5) return threeDigits(millis / 1000) + " s";
        return threeDigits(millis) + " ms";
    }

    /** {@code 1:05}, or {@code 40 s}. */
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 60) return whole + " s";
        if (whole < 3600) return String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
        return String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
    }
}
