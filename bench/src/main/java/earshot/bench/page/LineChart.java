package earshot.bench.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** Lines over time, on one scale that begins at 0. What was not measured is a gap. Not thread-safe. */
final class LineChart {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 210;
    private static final int LEFT = 62;
    private static final int RIGHT = 12;
    private static final int TOP = 24;
    private static final int BOTTOM = 34;

    /** @param values one for each time; null: not measured */
    private record Line(String name, List<@Nullable Double> values) {}

    private record Band(String name, double from, double to) {}

    private final String description;
    private final List<Double> times;
    private final DoubleFunction<String> unit;
    private final List<Line> lines = new ArrayList<>();
    private final List<Band> bands = new ArrayList<>();

    /**
     * @param times in seconds, growing
     * @param unit how a value is written
     */
    LineChart(String description, List<Double> times, DoubleFunction<String> unit) {
        this.description = description;
        this.times = List.copyOf(times);
        this.unit = unit;
    }

    LineChart line(String name, List<@Nullable Double> values) {
        if (values.stream().anyMatch(v -> v != null)) lines.add(new Line(name, values));
        return this;
    }

    /** A part of the time that is drawn apart. */
    LineChart band(String name, double from, double to) {
        bands.add(new Band(name, from, to));
        return this;
    }

    boolean isEmpty() {
        return lines.isEmpty() || times.isEmpty();
    }

    String svg() {
        Scale x = Scale.between(0, times.getLast(), LEFT, WIDTH - RIGHT);
        Scale y = Scale.linear(greatest(), HEIGHT - BOTTOM, TOP);
        Svg svg = new Svg(WIDTH, HEIGHT, description);
        for (Band band : bands) drawBand(svg, band, x);
        for (double tick : y.ticks(4)) {
            svg.line("grid", LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
            svg.text("", "end", LEFT - 6, y.at(tick) + 4, unit.apply(tick));
        }
        for (double tick : x.ticks(6))
            svg.text("", "middle", x.at(tick), HEIGHT - BOTTOM + 16, Numbers.compact(tick) + " s");
        svg.line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (int i = 0; i < lines.size(); i++) drawLine(svg, i, lines.get(i), x, y);
        if (lines.size() > 1) drawNames(svg);
        return svg.done();
    }

    private double greatest() {
        double greatest = 0;
        for (Line line : lines) {
            for (Double value : line.values()) if (value != null) greatest = Math.max(greatest, value);
        }
        return greatest;
    }

    private static void drawBand(Svg svg, Band band, Scale x) {
        svg.box("band", -1, x.at(band.from()), TOP, x.at(band.to()) - x.at(band.from()), HEIGHT - BOTTOM - TOP, "");
        svg.text("", "middle", (x.at(band.from()) + x.at(band.to())) / 2, HEIGHT - 4, band.name());
    }

    private void drawLine(Svg svg, int colour, Line line, Scale x, Scale y) {
        StringBuilder points = new StringBuilder();
        int length = 0;
        for (int i = 0; i < times.size(); i++) {
            Double value = line.values().get(i);
            if (value != null) {
                points.append(Svg.point(x.at(times.get(i)), y.at(value)));
                length++;
            }
            if (value == null || i == times.size() - 1) {
                if (length > 1) svg.curve(colour, points.toString());
                else if (length == 1) drawDot(svg, colour, points.toString());
                points.setLength(0);
                length = 0;
            }
        }
    }

    private static void drawDot(Svg svg, int colour, String point) {
        int comma = point.indexOf(',');
        svg.dot(colour, Double.parseDouble(point.substring(0, comma)), Double.parseDouble(point.substring(comma + 1)));
    }

    private void drawNames(Svg svg) {
        double at = LEFT;
        for (int i = 0; i < lines.size(); i++) {
            svg.box("key", i, at, 6, 10, 10, "");
            svg.text("strong", "start", at + 15, 15, lines.get(i).name());
            at += 30 + 7.0 * lines.get(i).name().length();
        }
    }
}
