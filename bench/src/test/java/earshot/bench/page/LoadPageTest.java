package earshot.bench.page;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.bench.load.LoadResult;
import java.io.StringReader;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

final class LoadPageTest {
    private static final Pattern SVG = Pattern.compile("<svg .*?</svg>", Pattern.DOTALL);

    @Test
    void html_ofARun_showsVerdictFiguresAndPlots() {
        String html = LoadPage.html(MadeUpResult.fine());
        assertThat(html)
                .contains("0 lost, 0 doubled, 0 reordered of 500,000 checked deliveries.")
                .contains("612 k", "deliveries per second of server CPU")
                .contains("<figcaption>Latency</figcaption>")
                .contains("aria-label=\"Latency by percentile, logarithmic\"");
        assertThat(SVG.matcher(html).results().count())
                .as("six over time, one by percentile")
                .isEqualTo(7);
    }

    @Test
    void html_any_loadsNothingAndRunsNothing() {
        assertThat(LoadPage.html(MadeUpResult.fine())).doesNotContain("<script", "<link", "src=", "@import", "url(");
    }

    @Test
    void html_drawings_areWellFormed() throws Exception {
        var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        for (String page : new String[] {
            LoadPage.html(MadeUpResult.fine()),
            LoadPage.html(MadeUpResult.unwatched()),
            LoadPage.html(MadeUpResult.evil())
        }) {
            for (var drawing : SVG.matcher(page).results().toList()) {
                assertThat(builder.parse(new InputSource(new StringReader(drawing.group())))
                                .getDocumentElement()
                                .getTagName())
                        .isEqualTo("svg");
                assertThat(drawing.group()).doesNotContain("NaN", "Infinity", "null");
            }
        }
    }

    @Test
    void html_withoutTheServersNumbers_saysSoInsteadOfZeros() {
        String html = LoadPage.html(MadeUpResult.unwatched());
        assertThat(html).contains("<figcaption>Memory of the server</figcaption>\n<p>Not measured.</p>");
        assertThat(html).doesNotContain("deliveries per second of server CPU", "longest GC pause", "null");
    }

    @Test
    void html_whenSomethingWasLost_saysBroken() {
        assertThat(LoadPage.html(MadeUpResult.broken()))
                .contains(
                        "<p class=\"verdict bad\">Broken: 3 lost, 0 doubled, 1 reordered of 500,000 checked deliveries; 2 connections failed.");
    }

    @Test
    void html_whatTheServerSays_isEscaped() {
        String html = LoadPage.html(MadeUpResult.evil());
        assertThat(html).doesNotContain("<img", "</title><").contains("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    }

    @Test
    void html_ofARunThatSaidNothing_hasNoLatencies() {
        LoadResult idle = MadeUpResult.idle();
        assertThat(LoadPage.html(idle))
                .contains("Everybody got in; nothing was said.", "3.81 KB")
                .doesNotContain("latency, median");
    }
}
