package earshot.bench.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One self-contained HTML file under construction: a title, then parts from top to bottom. Not thread-safe. */
public final class Page {
    private static final String STYLE = style();

    private final String title;
    private final StringBuilder body = new StringBuilder();

    public Page(String title) {
        this.title = title;
    }

    private static String style() {
        try (InputStream in = Page.class.getResourceAsStream("page.css")) {
            if (in == null) throw new IllegalStateException("resource: page.css is missing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Page heading(String text) {
        body.append(Html.tag("h2", text)).append('\n');
        return this;
    }

    public Page text(String sentence) {
        body.append(Html.tag("p", sentence)).append('\n');
        return this;
    }

    /** The one sentence that matters, marked as good or bad news. */
    public Page verdict(boolean good, String sentence) {
        body.append("<p class=\"verdict ").append(good ? "good" : "bad").append("\">");
        body.append(Html.escape(sentence)).append("</p>\n");
        return this;
    }

    /** Figures side by side, each with what it is below it. */
    public Page tiles(List<Tile> tiles) {
        body.append("<dl class=\"tiles\">");
        for (Tile tile : tiles) {
            body.append("<div><dt>").append(Html.escape(tile.what())).append("</dt><dd>");
            body.append(Html.escape(tile.figure())).append("</dd></div>");
        }
        body.append("</dl>\n");
        return this;
    }

    /** A figure that is read at a glance. */
    public record Tile(String figure, String what) {}

    /** @param rows of as many cells as there are heads; a cell is text */
    public Page table(List<String> heads, List<List<String>> rows) {
        body.append("<div class=\"wide\"><table><thead><tr>");
        for (String head : heads) body.append(Html.tag("th", head));
        body.append("</tr></thead><tbody>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            for (String cell : row) body.append(Html.tag("td", cell));
            body.append("</tr>\n");
        }
        body.append("</tbody></table></div>\n");
        return this;
    }

    public Page list(List<String> sentences) {
        if (sentences.isEmpty()) return this;
        body.append("<ul>");
        for (String sentence : sentences) body.append(Html.tag("li", sentence));
        body.append("</ul>\n");
        return this;
    }

    /** @param svg a finished drawing */
    public Page figure(String caption, String svg) {
        body.append("<figure>").append(Html.tag("figcaption", caption)).append('\n');
        body.append(svg).append("</figure>\n");
        return this;
    }

    /** Beside each other where there is room. */
    public Page figures(List<String> captions, List<String> drawings) {
        body.append("<div class=\"figures\">\n");
        for (int i = 0; i < captions.size(); i++) figure(captions.get(i), drawings.get(i));
        body.append("</div>\n");
        return this;
    }

    /** The whole file. */
    public String html() {
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"color-scheme\" content=\"light dark\">\n" + Html.tag("title", title) + "\n<style>\n"
                + STYLE + "</style></head><body><main>\n" + Html.tag("h1", title) + "\n" + body
                + "</main></body></html>\n";
    }
}
