package earshot.engine.redis;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.RoomId;
import earshot.core.testkit.MemoryArchive;
import earshot.core.testkit.MessageBookContract;
import earshot.engine.redis.testkit.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The book of which Redis keeps one message, and the archive the rest. */
final class ArchivedMessageBookTest extends MessageBookContract {
    private final RedisServer server = RedisServer.shared();
    private Archived book;

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        book = Archived.connect(server, new MemoryArchive(clock), clock);
    }

    @AfterEach
    void disconnect() {
        book.close();
    }

    @Override
    protected RoomLog log() {
        return book;
    }

    @Override
    protected MessageBook book() {
        return book;
    }

    @Override
    protected void trim(RoomId room) {
        await(book.settle(room));
        await(book.settle(room));
    }
}
