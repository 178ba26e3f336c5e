package earshot.core.memory;

import earshot.core.session.ResumeBook;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ResumeBookContract;
import java.time.Duration;

final class MemoryResumeBookTest extends ResumeBookContract {
    private final ManualClock clock = new ManualClock();
    private final ResumeBook book = new MemoryResumeBook(clock);

    @Override
    protected ResumeBook book() {
        return book;
    }

    @Override
    protected void pass(Duration time) {
        clock.advance(time);
    }
}
