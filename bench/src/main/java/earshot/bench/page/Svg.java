package earshot.bench.page;

import java.util.Locale;

/** A drawing under construction, in units of its own; it is shown as wide as there is room. Not thread-safe. */
final class Svg {
    private final StringBuilder out = new StringBuilder();

    /** @param description for who cannot see it */
    Svg(int width, int height, String description) {
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(height)
                .append("\" role=\"img\" aria-label=\"")
                .append(Html.escape(description))
                .append("\">\n");
    }

    Svg line(String kind, double x1, double y1, double x2, double y2) {
        out.append("<line class=\"").append(kind).append("\" x1=\"").append(n(x1));
        out.append("\" y1=\"").append(n(y1)).append("\" x2=\"").append(n(x2));
        out.append("\" y2=\"").append(n(y2)).append("\"/>\n");
        return this;
    }

    /** @param fill a colour of the palette, or -1 for the class's own */
    Svg box(String kind, int fill, double x, double y, double width, double height, String title) {
        out.append("<rect class=\"").append(kind).append('"');
        if (fill >= 0) out.append(" style=\"fill:").append(colour(fill)).append('"');
        out.append(" x=\"").append(n(x)).append("\" y=\"").append(n(y));
        out.append("\" width=\"").append(n(Math.max(0, width))).append("\" height=\"");
        out.append(n(Math.max(0, height))).append('"');
        if (title.isEmpty()) out.append("/>\n");
        else out.append('>').append(Html.tag("title", title)).append("</rect>\n");
        return this;
    }

    /** @param points as {@code x,y x,y …}, made with {@link #point} */
    Svg curve(int stroke, String points) {
        out.append("<polyline class=\"curve\" style=\"stroke:").append(colour(stroke));
        out.append("\" points=\"").append(points.strip()).append("\"/>\n");
        return this;
    }

    Svg dot(int fill, double x, double y) {
        out.append("<circle style=\"fill:")
                .append(colour(fill))
                .append("\" cx=\"")
                .append(n(x));
        out.append("\" cy=\"").append(n(y)).append("\" r=\"2.5\"/>\n");
        return this;
    }

    /** @param anchor {@code start}, {@code middle} or {@code end} */
    Svg text(String kind, String anchor, double x, double y, String text) {
        out.append("<text class=\"").append(kind).append("\" text-anchor=\"").append(anchor);
        out.append("\" x=\"").append(n(x)).append("\" y=\"").append(n(y)).append("\">");
        out.append(Html.escape(text)).append("</text>\n");
        return this;
    }

    static String point(double x, double y) {
        return n(x) + "," + n(y) + " ";
    }

    String done() {
        return out + "</svg>\n";
    }

    private static String colour(int index) {
        return "var(--c" + Math.floorMod(index, 7) + ")";
    }

    private static String n(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
