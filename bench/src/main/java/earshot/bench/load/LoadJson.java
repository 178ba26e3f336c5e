package earshot.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results as files, and the lines that load generators say to each other. Thread-safe. */
public final class LoadJson {
    private static final ObjectMapper LINES = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();
    private static final ObjectMapper PAGES = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            // A number that an older file does not have was not counted.
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private LoadJson() {}

    /** Indented, for people as well. */
    public static String write(LoadResult result) {
        return PAGES.writeValueAsString(result) + "\n";
    }

    public static void write(LoadResult result, Path file) throws IOException {
        Files.writeString(file, write(result));
    }

    /** Throws {@link IOException} when it is no result, in a sentence. */
    public static LoadResult read(Path file) throws IOException {
        try {
            return read(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** Throws {@link IllegalArgumentException} when it is no result. */
    public static LoadResult read(String json) {
        try {
            LoadResult result = PAGES.readValue(json, LoadResult.class);
            if (result.format() != LoadResult.FORMAT)
                throw new IllegalArgumentException(
                        "format " + result.format() + " (expected: " + LoadResult.FORMAT + ")");
            return result;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no result of ./earshot bench: " + e.getOriginalMessage(), e);
        }
    }

    /** One line. */
    static String line(Object value) {
        return LINES.writeValueAsString(value);
    }

    static <T> T read(String line, Class<T> type) {
        return LINES.readValue(line, type);
    }
}
