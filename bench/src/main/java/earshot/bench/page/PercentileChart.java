package earshot.bench.page;

import java.util.ArrayList;
import java.util.List;

/**
 * Latency against percentile, both on logarithmic scales, so that the slowest of ten thousand has as much room as the median (Gil Tene's
 * drawing of an HdrHistogram). Not thread-safe.
 */
final class PercentileChart {
    private static final int WIDTH = 1120;
    private static final int HEIGHT = 320;
    private static final int LEFT = 66;
    private static final int RIGHT = 34;
    private static final int TOP = 26;
    private static final int BOTTOM = 34;
    private static final double LEAST = 0.001;
    private static final List<Double> MARKS = List.of(0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999, 99.9999);

    /** @param values milliseconds, one for each percentile */
    private record Curve(String name, List<Double> percentiles, List<Double> values) {}

    private final List<Curve> curves = new ArrayList<>();

    PercentileChart curve(String name, List<Double> percentiles, List<Double> values) {
        if (!values.isEmpty()) curves.add(new Curve(name, List.copyOf(percentiles), List.copyOf(values)));
        return this;
    }

    boolean isEmpty() {
        return curves.isEmpty();
    }

    String svg() {
        double deepest = deepest();
        Scale x = Scale.between(0, depth(deepest), LEFT, WIDTH - RIGHT);
        Scale y = scale();
        Svg svg = new Svg(WIDTH, HEIGHT, "Latency by percentile, logarithmic");
        for (double tick : y.ticks(0)) {
            svg.line("grid", LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
            svg.text("", "end", LEFT - 6, y.at(tick) + 4, Numbers.millis(tick));
        }
        for (double mark : MARKS) {
            if (mark > deepest) continue;
            double at = x.at(depth(mark));
            svg.line("grid", at, TOP, at, HEIGHT - BOTTOM);
            svg.text("", "middle", at, HEIGHT - BOTTOM + 17, label(mark));
        }
        svg.line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (int i = 0; i < curves.size(); i++) draw(svg, i, curves.get(i), x, y, deepest);
        return svg.done();
    }

    private void draw(Svg svg, int colour, Curve curve, Scale x, Scale y, double deepest) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < curve.values().size(); i++) {
            double percentile = Math.min(curve.percentiles().get(i), deepest);
            points.append(Svg.point(x.at(depth(percentile)), y.at(curve.values().get(i))));
        }
        svg.curve(colour, points.toString());
        svg.box("key", colour, LEFT + colour * 190.0, 6, 10, 10, "");
        svg.text("strong", "start", LEFT + colour * 190.0 + 15, 15, curve.name());
    }

    /** The deepest that is drawn: 100 itself is infinitely far away, so it stands one step behind the last before it. */
    private double deepest() {
        double deepest = 90;
        for (Curve curve : curves) {
            for (double percentile : curve.percentiles()) if (percentile < 100) deepest = Math.max(deepest, percentile);
        }
        return Math.min(deepest, MARKS.getLast());
    }

    private Scale scale() {
        double least = Double.MAX_VALUE;
        double greatest = LEAST;
        for (Curve curve : curves) {
            for (double value : curve.values()) {
                least = Math.min(least, Math.max(value, LEAST));
                greatest = Math.max(greatest, value);
            }
        }
        return Scale.decades(least, greatest, HEIGHT - BOTTOM, TOP);
    }

    /** How many powers of ten a percentile is away from certainty. */
    private static double depth(double percentile) {
        return -Math.log10(1 - Math.min(percentile, 99.99999) / 100);
    }

    private static String label(double mark) {
        String text = Double.toString(mark);
        return "p" + (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
    }
}
