package earshot.bench.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TableFilesTest {
    @TempDir
    Path directory;

    private static MadeUpTable some() {
        return new MadeUpTable()
                .with(Contender.BARE, 1, Shape.ONE_OF_1000, 700_000)
                .with(Contender.BARE, 2, Shape.ONE_OF_1000, 720_000)
                .with(Contender.MEMORY, 1, Shape.ONE_OF_1000, 690_000)
                .failed(Contender.NCHAN, 1, Shape.ONE_OF_1000, "it <ended> | with status 1\nand more")
                .idle(Contender.MEMORY, 3900, 0.4)
                .sqlite(93_500, 17)
                .note("A <b>note</b>.");
    }

    @Test
    void write_thenRead_isTheSame() throws IOException {
        Path json = directory.resolve("t.json");
        Table table = some().table();
        new TableFile(json).write(table);
        assertThat(TableFile.read(json)).isEqualTo(table);
        assertThat(directory.resolve("t.md")).isNotEmptyFile();
        assertThat(directory.resolve("t.html")).isNotEmptyFile();
        assertThat(directory.resolve("t.json.new")).doesNotExist();
    }

    @Test
    void read_whatIsNone_saysSoInASentence() throws IOException {
        Path json = Files.writeString(directory.resolve("x.json"), "{\"format\": \"wrong\"}");
        assertThatThrownBy(() -> TableFile.read(json))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no comparison");
    }

    @Test
    void markdown_any_hasMediansAndSpreads() {
        String text = TableMarkdown.of(some().table());
        assertThat(text)
                .startsWith(
                        "# Comparison, 2026-11-21 18:00 UTC\n\n0 lost, 0 doubled, 0 reordered: 3,000,000 deliveries in 3 runs.\n\n**Incomplete: 1 run could not be made; see below.**\n")
                .contains("| bare Netty loop | – | 710 k (700 k – 720 k) | – | – |")
                .contains("| Earshot, memory against bare Netty loop, one room of 1,000 | ≥ 0.85 | 0.99 | met |")
                .contains("| Earshot, memory | 3.81 KB | 5,000 and 15,000 connections | 0.4 % | 30 s |")
                .contains("93,500 messages of 190 bytes a second")
                .contains("* commit: abc1234");
    }

    @Test
    void markdown_rows_haveAsManyCellsAsHeads() {
        TableMarkdown.of(some().table())
                .lines()
                .filter(line -> line.startsWith("|"))
                .forEach(line -> assertThat(line.replace("\\|", "")
                                .chars()
                                .filter(c -> c == '|')
                                .count())
                        .as(line)
                        .isEqualTo(
                                line.contains("Earshot, memory against") || line.contains("| what")
                                        ? 5
                                        : line.chars().filter(c -> c == '|').count()));
    }

    @Test
    void markdown_whatWentWrong_isOneLine() {
        assertThat(TableMarkdown.of(some().table()))
                .contains("* Nchan, one room of 1,000, round 1: it <ended> \\| with status 1 and more\n");
    }

    @Test
    void html_any_isEscapedAndSelfContained() {
        String html = TablePage.html(some().table());
        assertThat(html)
                .contains("it &lt;ended&gt; | with status 1", "A &lt;b&gt;note&lt;/b&gt;.")
                .doesNotContain("<ended>", "<b>", "<script", "src=", "NaN", "**")
                .contains("class=\"gate\"");
    }

    @Test
    void verdict_whenEarshotLostSomething_isBroken() {
        Table table = some().with(Contender.SQLITE, 1, Shape.ONE_OF_100, MadeUpTable.figures(5, 2))
                .table();
        assertThat(TableWords.isFine(table)).isFalse();
        assertThat(TableMarkdown.of(table))
                .contains("**Broken: 1 of 5 runs lost, doubled, reordered or refused something; see below.**")
                .contains("Earshot, SQLite committed, one room of 100, round 1: 2 lost, 0 doubled");
    }

    @Test
    void verdict_whenARunCouldNotBeMade_isNotFine() {
        assertThat(TableWords.isFine(some().table())).isFalse();
        assertThat(TableWords.isFine(new MadeUpTable()
                        .with(Contender.BARE, 1, Shape.ONE_OF_100, 1)
                        .table()))
                .isTrue();
    }

    @Test
    void verdict_whenAPeerLostSomething_isSaidAndNotOurs() {
        Table table = new MadeUpTable()
                .with(Contender.BARE, 1, Shape.ONE_OF_100, 1)
                .with(Contender.WS, 1, Shape.ONE_OF_100, MadeUpTable.figures(5, 2))
                .table();
        assertThat(TableWords.isFine(table)).isTrue();
        assertThat(TableMarkdown.of(table)).contains("Of the other servers, 1 run lost something");
    }

    @Test
    void verdict_whenUnfinished_isSaidFirst() {
        assertThat(TableMarkdown.of(some().unfinished().table())).contains("UTC\n\nUnfinished: 4 runs so far.");
    }

    @Test
    void sqlite_fromJmhsReport_isRead() {
        Table.SqliteRun run = SqliteAlone.read("""
                [{"benchmark": "x.append", "primaryMetric": {"score": 91234.5, "scoreUnit": "ops/s"},
                  "secondaryMetrics": {"append:commitP99Millis": {"score": 36.5, "rawData": [[18.0, 18.5]]}, "append:rowsPerCommit": {"score": 1800.0, "rawData": [[860.0, 940.0]]}}}]
                """);
        assertThat(run).isEqualTo(new Table.SqliteRun(91_234.5, 18.5, 940, ""));
        assertThat(SqliteAlone.read("[]").isMeasured()).isFalse();
        assertThat(SqliteAlone.read("Killed").isMeasured()).isFalse();
    }

    @Test
    void wsload_itsLine_isRead() throws IOException {
        String line = """
                {"label":"x","conns":100,"rooms":1,"delivered_per_s":5,"p50_ms":0.5,"p99_ms":2,"expected":1000,"missing":0,"gaps":3,"dups":1,
                 "closed_by_server":0,"server_cpu_s_per_s":0.9,"deliveries_per_cpu_s":6,"rss_mb":2}""";
        Table.Figures figures = Wsload.figures(line, Shape.ONE_OF_100);
        assertThat(figures.reordered())
                .as("nothing is missing, so a gap was late")
                .isEqualTo(3);
        assertThat(figures.doubled()).isEqualTo(1);
        assertThat(figures.notConnected()).isZero();
        assertThat(figures.rss()).isEqualTo(2 << 20);
        assertThatThrownBy(() -> Wsload.figures("open: failed", Shape.ONE_OF_100))
                .isInstanceOf(IOException.class);
    }
}
