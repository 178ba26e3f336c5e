package earshot.engine.janus;

import java.net.URI;
import java.time.Duration;

/**
 * Where a Janus is, and what it wants to hear from us.
 *
 * @param address its WebSocket API, {@code ws://127.0.0.1:8188}
 * @param apiSecret its {@code api_secret}; empty: it has none
 * @param adminKey its AudioBridge's {@code admin_key}, without which nobody may make rooms; empty: it has none
 * @param answerWithin how long a request may take
 * @param keepAlive how often its session is kept from ending; less than its {@code session_timeout}
 * @param reclaim how long a session may be taken over by another connection; its {@code reclaim_session_timeout}
 */
public record JanusSettings(
        URI address, String apiSecret, String adminKey, Duration answerWithin, Duration keepAlive, Duration reclaim) {
    public static JanusSettings of(URI address, String apiSecret, String adminKey) {
        return new JanusSettings(
                address, apiSecret, adminKey, Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(8));
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "JanusSettings[" + address + "]";
    }
}
