package earshot.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadJsonTest {
    @TempDir
    private Path directory;

    @Test
    void result_writtenAndRead_isEqual() throws IOException {
        LoadResult result = SampleResult.full();
        Path file = directory.resolve("result.json");
        LoadJson.write(result, file);
        assertThat(LoadJson.read(file)).isEqualTo(result);
    }

    @Test
    void result_withoutWhatWasNotMeasured_isEqual() {
        LoadResult result = SampleResult.bare();
        assertThat(LoadJson.read(LoadJson.write(result))).isEqualTo(result);
    }

    @Test
    void result_fromBeforeSomethingWasCounted_hasNone() {
        String json = LoadJson.write(SampleResult.full());
        String older = json.replaceAll("\"(pingsSent|pongsHeard|pingsPerSecond)\" : [0-9.]+,?\\s*", "")
                .replaceAll(",(\\s*})", "$1");
        assertThat(older).isNotEqualTo(json);
        assertThat(LoadJson.read(older).traffic().pingsSent()).isZero();
    }

    @Test
    void file_thatIsNoResult_isRefusedInASentence() throws IOException {
        Path file = Files.writeString(directory.resolve("x.json"), "{\"plan\":");
        assertThatThrownBy(() -> LoadJson.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("x.json");
    }

    @Test
    void result_ofAnotherFormat_isRefused() {
        String json = LoadJson.write(SampleResult.bare()).replace("\"format\" : 1", "\"format\" : 7");
        assertThatThrownBy(() -> LoadJson.read(json)).hasMessageContaining("format 7");
    }
}
