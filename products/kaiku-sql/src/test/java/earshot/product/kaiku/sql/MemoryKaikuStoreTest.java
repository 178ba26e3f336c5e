package earshot.product.kaiku.sql;

import earshot.product.kaiku.store.KaikuStore;

final class MemoryKaikuStoreTest extends KaikuStoreContract {
    @Override
    KaikuStore open() {
        return SqlKaikuStore.inMemory();
    }

    @Override
    void close(KaikuStore store) {
        ((SqlKaikuStore) store).close();
    }
}
