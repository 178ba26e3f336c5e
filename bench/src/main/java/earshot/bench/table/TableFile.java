package earshot.bench.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A comparison in its three files: JSON to go on from, Markdown and HTML to read. */
final class TableFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Path json;

    /** @param json its name ends in {@code .json}; the others stand beside it */
    TableFile(Path json) {
        this.json = json;
    }

    Path path(String kind) {
        String name = json.getFileName().toString();
        return json.resolveSibling(name.substring(0, name.length() - "json".length()) + kind);
    }

    /** @throws IOException with a sentence when it is no comparison */
    static Table read(Path json) throws IOException {
        try {
            Table table = JSON.readValue(Files.readString(json), Table.class);
            if (table.format() != Table.FORMAT)
                throw new IOException(json + ": format " + table.format() + " (expected: " + Table.FORMAT + ")");
            return table;
        } catch (JacksonException e) {
            throw new IOException(json + " is no comparison: " + e.getOriginalMessage(), e);
        }
    }

    /** All three. The JSON is replaced whole, so that an interruption leaves the one before. */
    void write(Table table) throws IOException {
        Files.createDirectories(json.toAbsolutePath().getParent());
        Path fresh = path("json.new");
        Files.writeString(fresh, JSON.writeValueAsString(table) + "\n");
        Files.move(fresh, json, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        Files.writeString(path("md"), TableMarkdown.of(table));
        Files.writeString(path("html"), TablePage.html(table));
    }
}
