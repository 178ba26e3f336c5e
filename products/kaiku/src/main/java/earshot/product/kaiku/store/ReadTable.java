package earshot.product.kaiku.store;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Up to where people have read. See {@link Tables}. */
public interface ReadTable {
    /** @param messageId the last one read; null: just everything up to then */
    record ReadMark(@Nullable String messageId, long atMillis) {}

    Optional<ReadMark> find(UUID user, UUID channel);

    void put(UUID user, UUID channel, ReadMark mark);
}
