package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.server.token.KeysUnusable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenPartsTest {
    @TempDir
    private Path directory;

    @Test
    void close_endsTheLastFirst_andOnce() {
        List<String> ended = new ArrayList<>();
        OpenParts open = new OpenParts();
        open.add(() -> ended.add("file"));
        open.add(() -> ended.add("loops"));
        open.close();
        open.close();
        assertThat(ended).containsExactly("loops", "file");
    }

    @Test
    void close_whenOneFailsToEnd_endsTheOthers() {
        List<String> ended = new ArrayList<>();
        OpenParts open = new OpenParts();
        open.add(() -> ended.add("file"));
        open.add(() -> {
            throw new IllegalStateException("a part that fails, for the test");
        });
        open.close();
        assertThat(ended).containsExactly("file");
    }

    /** Keys are read after the database is open and the loops run. */
    @Test
    void start_thatFailsHalfWay_leavesTheDatabaseToTheNext() {
        String data = directory.resolve("data").toString();
        String nowhere = directory.resolve("no-such-keys.json").toString();
        assertThatThrownBy(() -> TestServer.start("history.data", data, "waddle.jwks", nowhere))
                .isInstanceOf(KeysUnusable.class);
        try (TestServer next = TestServer.start("history.data", data)) {
            assertThat(next.port()).isPositive();
        }
    }
}
