package earshot.gateway;

import earshot.dialect.Dialect;
import earshot.dialect.EngineIo;
import earshot.gateway.engineio.CorsRules;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** One dialect that is spoken over Engine.IO: its terms, and how many sessions it has on this node. Thread-safe; one object per gateway and dialect. */
final class EngineTerms {
    final Reception.Served served;
    final EngineIo io;
    final CorsRules cors;
    final long pingIntervalNanos;
    final long pingTimeoutNanos;
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger unidentified = new AtomicInteger();

    EngineTerms(Reception.Served served, EngineIo io) {
        this.served = served;
        this.io = io;
        this.cors = new CorsRules(io.cors());
        this.pingIntervalNanos = io.times().pingInterval().toNanos();
        this.pingTimeoutNanos = io.times().pingTimeout().toNanos();
    }

    Dialect dialect() {
        return served.dialect();
    }

    LinkTerms link() {
        return served.terms();
    }

    int maxPayloadBytes() {
        return link().limits().maxMessageBytes();
    }

    /** Nobody new comes in. */
    boolean isFull() {
        EngineIo.Caps caps = io.caps();
        return (caps.sessions() > 0 && sessions.get() >= caps.sessions()) || unidentified.get() >= caps.unidentified();
    }

    /** Of sessions that are nobody's yet there are so many that each has less time. */
    boolean isHurried() {
        return unidentified.get() > io.caps().unidentified() / 2;
    }

    void opened() {
        sessions.incrementAndGet();
        unidentified.incrementAndGet();
    }

    void identified() {
        unidentified.decrementAndGet();
    }

    void closed() {
        sessions.decrementAndGet();
    }

    int sessions() {
        return sessions.get();
    }

    /** The packet that opens a session. */
    byte[] open(String sid, boolean polling) {
        String text = "0{\"sid\":\"" + sid + "\",\"upgrades\":[" + (polling && io.upgrades() ? "\"websocket\"" : "")
                + "],\"pingInterval\":" + io.times().pingInterval().toMillis()
                + ",\"pingTimeout\":" + io.times().pingTimeout().toMillis()
                + ",\"maxPayload\":" + maxPayloadBytes() + "}";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The value of {@code Set-Cookie}; empty: none is wanted. */
    String cookie(String sid) {
        return io.cookie() == null ? "" : io.cookie() + "=" + sid + "; Path=/; HttpOnly; SameSite=Lax";
    }
}
