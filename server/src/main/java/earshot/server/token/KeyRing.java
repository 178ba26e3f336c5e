package earshot.server.token;

import java.util.List;

/** Port: the keys that count now, newest first. Thread-safe; never blocks. */
interface KeyRing {
    List<VerificationKey> keys();

    /** A token named a key that is not here: look again soon. Bounded by the ring itself. */
    void missed(String keyId);

    /** Keys that never change. */
    static KeyRing of(List<VerificationKey> keys) {
        return new KeyRing() {
            @Override
            public List<VerificationKey> keys() {
                return keys;
            }

            @Override
            public void missed(String keyId) {}
        };
    }
}
