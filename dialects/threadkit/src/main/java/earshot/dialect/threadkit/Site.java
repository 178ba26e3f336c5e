package earshot.dialect.threadkit;

import java.util.List;
import java.util.UUID;

/**
 * A customer whose pages have comment threads.
 *
 * @param domain as the customer gave it; for people
 * @param allowedOrigins from which pages browsers may connect; empty: from all
 */
public record Site(UUID id, String domain, List<String> allowedOrigins) {
    public Site {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
