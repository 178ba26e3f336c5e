package earshot.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdFileTest {
    @TempDir
    Path directory;

    @Test
    void nodeThatStartsAgain_onTheSameDisk_hasItsName() {
        Optional<Path> data = Optional.of(directory.resolve("data"));
        String first = NodeIdFile.read(data, true);
        assertThat(first).matches("ws-[0-9a-z]{9}");
        assertThat(NodeIdFile.read(data, true)).isEqualTo(first);
        assertThat(NodeIdFile.read(data, false)).isEqualTo(first);
    }

    @Test
    void commandThatOnlyLooks_writesNothing() {
        assertThat(NodeIdFile.read(Optional.of(directory), false)).matches("ws-[0-9a-z]{9}");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void withoutADirectory_everyStartIsAnotherNode() {
        assertThat(NodeIdFile.read(Optional.empty(), true)).isNotEqualTo(NodeIdFile.read(Optional.empty(), true));
    }

    @Test
    void fileThatHoldsNoName_isWrittenAnew() throws IOException {
        Files.writeString(directory.resolve(NodeIdFile.NAME), "two words\n");
        String made = NodeIdFile.read(Optional.of(directory), true);
        assertThat(made).matches("ws-[0-9a-z]{9}");
        assertThat(Files.readString(directory.resolve(NodeIdFile.NAME))).isEqualTo(made + "\n");
    }
}
