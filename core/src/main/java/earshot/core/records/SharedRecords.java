package earshot.core.records;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Port: texts and fields under keys that a product's other servers read and write too, so that key and content are as they agreed on it. Thread-safe;
 * never blocks; stages complete on any thread and fail when the store does not answer. Nothing is cached here ({@link RecordCache}).
 */
public interface SharedRecords {
    CompletionStage<Optional<String>> text(String key);

    /** @param keep how long; it is gone afterwards */
    CompletionStage<Void> putText(String key, String text, Duration keep);

    /** All fields of a record; none when there is no such record. */
    CompletionStage<Map<String, String>> fields(String key);

    /** Sets these fields; others that the record has stay. */
    CompletionStage<Void> putFields(String key, Map<String, String> fields);
}
