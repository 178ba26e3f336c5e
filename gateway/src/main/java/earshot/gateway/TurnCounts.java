package earshot.gateway;

import earshot.core.message.Lane;
import earshot.core.message.Problem;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.dialect.Inbox;
import java.util.List;

/** What the sessions of one loop say and hear: added up here and told to the node's meter once a turn. Confined to its loop. */
final class TurnCounts {
    private final List<Language> languages;
    private final Meter meter;
    private final long[] received;
    private final long[] receivedBytes;
    private final long[] delivered;
    private final long[] deliveredBytes;

    TurnCounts(List<Language> languages, Meter meter) {
        this.languages = languages;
        this.meter = meter;
        this.received = new long[languages.size()];
        this.receivedBytes = new long[languages.size()];
        this.delivered = new long[languages.size()];
        this.deliveredBytes = new long[languages.size()];
    }

    void received(Language language, int bytes) {
        received[language.index]++;
        receivedBytes[language.index] += bytes;
    }

    /** @param bytes as they are on the wire, before TLS */
    void delivered(Language language, long frames, long bytes) {
        delivered[language.index] += frames;
        deliveredBytes[language.index] += bytes;
    }

    /** At once: it is rare. */
    void rejected(Language language, Inbox.Rejected why) {
        switch (why) {
            case NOT_UNDERSTOOD -> meter.add(Metric.BAD_MESSAGES, 1, language.name());
            case RATE_LIMITED -> meter.add(Metric.RATE_LIMITED, 1, language.name());
            case TOO_MANY_ROOMS -> meter.add(Metric.REFUSALS, 1, Problem.TOO_MANY_ROOMS.code());
            case IGNORED -> {}
        }
    }

    /** A session that lags is not given what is spare. */
    void spareDropped(Run run, int from, int to) {
        int dropped = 0;
        for (int i = from; i < to; i++) if (run.event(i).lane() == Lane.SPARE) dropped++;
        if (dropped > 0) meter.add(Metric.DROPS, dropped, "spare", "slow");
    }

    void report() {
        for (Language language : languages) {
            int i = language.index;
            if (received[i] > 0) meter.add(Metric.MESSAGES_RECEIVED, received[i], language.name());
            if (delivered[i] > 0) meter.add(Metric.DELIVERIES, delivered[i], language.name());
            if (receivedBytes[i] > 0) meter.add(Metric.BYTES_RECEIVED, receivedBytes[i], language.name());
            if (deliveredBytes[i] > 0) meter.add(Metric.BYTES_SENT, deliveredBytes[i], language.name());
            received[i] = 0;
            receivedBytes[i] = 0;
            delivered[i] = 0;
            deliveredBytes[i] = 0;
        }
    }
}
