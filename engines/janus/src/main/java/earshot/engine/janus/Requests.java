package earshot.engine.janus;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests to Janus and their answers, matched by transaction. Confined to the engine's thread. An answer may come before its own acknowledgement; for some
 * requests the acknowledgement is the answer (docs of Janus, "The WebSockets Interface").
 */
final class Requests {
    static final JsonMapper JSON = JsonMapper.shared();

    private final JanusSettings settings;
    private final Clock clock;
    private final Meter meter;
    private final Map<String, Asked> asked = new LinkedHashMap<>();
    private @Nullable Line line;
    private long transactions;

    private record Asked(long untilNanos, Runnable onAcknowledged, boolean isThatAll, Consumer<Said> then) {}

    Requests(JanusSettings settings, Clock clock, Meter meter) {
        this.settings = settings;
        this.clock = clock;
        this.meter = meter;
    }

    static ObjectNode request(String kind) {
        return JSON.createObjectNode().put("janus", kind);
    }

    void onLine(Line to) {
        line = to;
    }

    /** Whoever waits hears {@link Said#NOTHING}. */
    void onNoLine() {
        line = null;
        List<Asked> all = new ArrayList<>(asked.values());
        asked.clear();
        for (Asked each : all) each.then.accept(Said.NOTHING);
    }

    void ask(ObjectNode request, Consumer<Said> then) {
        ask(request, false, () -> {}, then);
    }

    /**
     * @param isThatAll whether an acknowledgement is all that Janus says
     * @param onAcknowledged Janus has it in its hands, so that the next request to the same handle cannot overtake it; before {@code then}, or never
     */
    void ask(ObjectNode request, boolean isThatAll, Runnable onAcknowledged, Consumer<Said> then) {
        Line to = line;
        if (to == null) {
            then.accept(Said.NOTHING);
            return;
        }
        String transaction = Long.toString(++transactions, 36);
        request.put("transaction", transaction);
        if (!settings.apiSecret().isEmpty()) request.put("apisecret", settings.apiSecret());
        long until = clock.nanos() + settings.answerWithin().toNanos();
        asked.put(transaction, new Asked(until, onAcknowledged, isThatAll, then));
        to.send(JSON.writeValueAsString(request));
    }

    /** True: it was the answer to something. */
    boolean onSaid(Said said) {
        Asked of = asked.get(said.transaction());
        if (of == null) return false;
        if (said.kind().equals("ack")) {
            of.onAcknowledged.run();
            if (!of.isThatAll) return true;
        }
        asked.remove(said.transaction());
        if (!said.isGood()) meter.add(Metric.VOICE_REQUESTS_FAILED, 1, Integer.toString(said.error()));
        of.then.accept(said);
        return true;
    }

    /** Whoever has waited for too long hears {@link Said#NOTHING}. */
    void sweep() {
        List<Asked> late = new ArrayList<>();
        for (Iterator<Asked> all = asked.values().iterator(); all.hasNext(); ) {
            Asked each = all.next();
            if (each.untilNanos - clock.nanos() > 0) break;
            late.add(each);
            all.remove();
        }
        for (Asked each : late) {
            meter.add(Metric.VOICE_REQUESTS_FAILED, 1, "late");
            each.then.accept(Said.NOTHING);
        }
    }
}
