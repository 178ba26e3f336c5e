package earshot.bench.page;

import java.util.ArrayList;
import java.util.List;

/** Bars in groups, each with the ends of its spread, and marks where a bar must reach. Not thread-safe. */
public final class BarChart {
    private static final int WIDTH = 1120;
    private static final int LEFT = 190;
    private static final int RIGHT = 90;
    private static final int BAR = 17;
    private static final int GAP = 7;
    private static final int HEAD = 30;

    /**
     * One bar.
     *
     * @param colour of the palette
     * @param value where it ends
     * @param least the end of its spread, as {@code most}; both equal the value when there is none
     * @param gate where it must reach; NaN: anywhere
     */
    public record Bar(String name, int colour, double value, double least, double most, double gate) {}

    private record Group(String name, List<Bar> bars) {}

    private final String description;
    private final List<Group> groups = new ArrayList<>();

    public BarChart(String description) {
        this.description = description;
    }

    /** Bars from top to bottom, under a name. */
    public BarChart group(String name, List<Bar> bars) {
        if (!bars.isEmpty()) groups.add(new Group(name, List.copyOf(bars)));
        return this;
    }

    public boolean isEmpty() {
        return groups.isEmpty();
    }

    public String svg() {
        int height = 24;
        for (Group group : groups) height += HEAD + group.bars().size() * (BAR + GAP);
        Scale x = Scale.linear(greatest(), LEFT, WIDTH - RIGHT);
        Svg svg = new Svg(WIDTH, height, description);
        for (double tick : x.ticks(5)) {
            svg.line("grid", x.at(tick), 6, x.at(tick), height - 20);
            svg.text("", "middle", x.at(tick), height - 5, Numbers.compact(tick));
        }
        double y = 0;
        for (Group group : groups) {
            svg.text("strong", "start", 0, y + 20, group.name());
            y += HEAD;
            for (Bar bar : group.bars()) {
                draw(svg, bar, x, y);
                y += BAR + GAP;
            }
        }
        return svg.done();
    }

    private double greatest() {
        double greatest = 0;
        for (Group group : groups) {
            for (Bar bar : group.bars()) {
                greatest = Math.max(greatest, bar.most());
                if (!Double.isNaN(bar.gate())) greatest = Math.max(greatest, bar.gate());
            }
        }
        return greatest;
    }

    private static void draw(Svg svg, Bar bar, Scale x, double y) {
        double middle = y + BAR / 2.0;
        svg.text("", "end", LEFT - 8, middle + 4, bar.name());
        String title = bar.name() + ": " + Numbers.compact(bar.value());
        svg.box("bar", bar.colour(), LEFT, y, x.at(bar.value()) - LEFT, BAR, title);
        if (bar.most() > bar.least()) {
            svg.line("whisker", x.at(bar.least()), middle, x.at(bar.most()), middle);
            svg.line("whisker", x.at(bar.least()), middle - 4, x.at(bar.least()), middle + 4);
            svg.line("whisker", x.at(bar.most()), middle - 4, x.at(bar.most()), middle + 4);
        }
        double end = x.at(Math.max(bar.most(), bar.value()));
        if (!Double.isNaN(bar.gate())) {
            svg.line("gate", x.at(bar.gate()), y - 4, x.at(bar.gate()), y + BAR + 4);
            end = Math.max(end, x.at(bar.gate()));
        }
        svg.text("strong", "start", end + 8, middle + 4, Numbers.compact(bar.value()));
    }
}
