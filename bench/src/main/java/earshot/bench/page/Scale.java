package earshot.bench.page;

import java.util.ArrayList;
import java.util.List;

/** An axis: from values to pixels, with round marks. Immutable. */
record Scale(double least, double most, boolean logarithmic, double from, double to) {

    /** From 0 to a little above the greatest. */
    static Scale linear(double greatest, double from, double to) {
        double step = step(greatest <= 0 ? 1 : greatest, 4);
        return new Scale(0, step * Math.max(1, Math.ceil(greatest / step - 1e-9)), false, from, to);
    }

    /** Whole decades around two positive values. */
    static Scale decades(double least, double greatest, double from, double to) {
        double low = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1e-6)) + 1e-9));
        double high = Math.pow(10, Math.ceil(Math.log10(Math.max(greatest, 1e-6)) - 1e-9));
        return new Scale(low, high > low ? high : low * 10, true, from, to);
    }

    /** Exactly between two values. */
    static Scale between(double least, double most, double from, double to) {
        return new Scale(least, most > least ? most : least + 1, false, from, to);
    }

    double at(double value) {
        double part = logarithmic
                ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
                : (value - least) / (most - least);
        return from + Math.clamp(part, 0, 1) * (to - from);
    }

    /** About so many round values. */
    List<Double> ticks(int about) {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            for (double v = least; v <= most * 1.0001; v *= 10) ticks.add(v);
            return ticks;
        }
        double step = step(most - least, about);
        long first = (long) Math.ceil(least / step - 1e-9);
        for (long i = first; i * step <= most + step * 1e-6; i++) ticks.add(i * step);
        return ticks;
    }

    /** 1, 2 or 5 times a power of ten, so that a range is cut into about so many parts. */
    private static double step(double range, int parts) {
        double rough = range / parts;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double digit = rough / power;
        return (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10) * power;
    }
}
