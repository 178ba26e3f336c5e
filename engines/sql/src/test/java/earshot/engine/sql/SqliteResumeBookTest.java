package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.session.ResumeBook;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ResumeBookContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteResumeBookTest extends ResumeBookContract {
    @TempDir
    Path data;

    private final ManualClock clock = new ManualClock();
    private SqliteDirectory directory;

    @BeforeEach
    void openDirectory() {
        directory = SqliteDirectory.open(data, clock, Meter.NONE);
    }

    @AfterEach
    void closeDirectory() {
        directory.close();
    }

    @Override
    protected ResumeBook book() {
        return directory.resume();
    }

    @Override
    protected void pass(Duration time) {
        clock.advance(time);
    }

    @Test
    void record_outlivesTheProcess() {
        book().open("a", 1, new byte[] {7}, Duration.ofMinutes(1));
        directory.close();
        openDirectory();
        assertThat(book().take("a")
                        .toCompletableFuture()
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join())
                .isPresent();
    }
}
