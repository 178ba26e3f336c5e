package earshot.engine.janus;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.MediaEngineContract;
import earshot.core.time.Clock;
import earshot.core.voice.MediaEngine;
import earshot.engine.janus.testkit.JanusServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract, with a real Janus. */
final class JanusMediaTest extends MediaEngineContract {
    private static JanusServer janus;
    private final List<JanusMedia> engines = new ArrayList<>();

    @BeforeAll
    static void startJanus() {
        janus = JanusServer.start();
    }

    @AfterAll
    static void endJanus() {
        janus.close();
    }

    @AfterEach
    void close() {
        for (JanusMedia engine : engines) engine.close();
        if (!janus.isRunning()) janus.startAgain();
    }

    @Override
    protected MediaEngine engine() {
        var settings = JanusSettings.of(janus.address(), JanusServer.API_SECRET, JanusServer.ADMIN_KEY);
        var engine = new JanusMedia(settings, Clock.SYSTEM, new MemoryMeter());
        engines.add(engine);
        return engine;
    }

    /** A client's answer without candidates, as browsers of the original send it. */
    @Override
    protected String answerTo(String offer) {
        return Sdp.answer(offer);
    }

    @Override
    protected List<String> present(RoomId room) {
        return janus.participants(AudioRooms.name(room)).stream()
                .map(each -> each.path("id").asString("").replaceFirst("~.*", "")
                        + (each.path("muted").asBoolean(false) ? " muted" : ""))
                .toList();
    }

    @Override
    protected void kill() {
        janus.kill();
    }

    @Override
    protected void startAgain() {
        janus.startAgain();
    }

    @Test
    void rooms_empty_areDestroyed() {
        var engine = engine();
        var told = new Heard();
        engine.start(told);
        await(engine::isUp);
        RoomId room = new RoomId("test", "", "lounge");
        for (int i = 0; i < 3; i++) {
            MediaEngine.Peer peer = engine.open(room, Heard.ANN, false, told);
            await(() -> !told.takeOffer().isEmpty());
            assertThat(janus.hasRoom("test/lounge")).isTrue();
            peer.close();
            await(() -> !janus.hasRoom("test/lounge"));
        }
    }

    @Test
    void offer_any_isMendedForBrowsers() {
        var engine = engine();
        var told = new Heard();
        engine.start(told);
        await(engine::isUp);
        engine.open(new RoomId("kaiku", "", "channel"), Heard.ANN, false, told);
        String offer = told.awaitOffer();
        assertThat(offer).contains("a=fmtp:111 minptime=10;useinbandfec=1\r\n").contains("a=msid:channel:microphone ");
        assertThat(offer).containsOnlyOnce("m=audio").endsWith("\r\n");
    }

    @Test
    void freeze_forLong_losesTheEngineAndFindsItAgain() {
        var settings = JanusSettings.of(janus.address(), JanusServer.API_SECRET, JanusServer.ADMIN_KEY);
        var impatient = new JanusSettings(
                settings.address(),
                settings.apiSecret(),
                settings.adminKey(),
                Duration.ofMillis(300),
                Duration.ofMillis(300),
                Duration.ofMillis(600));
        var engine = new JanusMedia(impatient, Clock.SYSTEM, new MemoryMeter());
        engines.add(engine);
        engine.start(new Heard());
        await(engine::isUp);
        janus.freeze();
        try {
            await(() -> !engine.isUp());
        } finally {
            janus.thaw();
        }
        await(engine::isUp);
    }

    @Test
    void start_wrongSecret_saysSoAndGoesOn() {
        var meter = new MemoryMeter();
        var engine =
                new JanusMedia(JanusSettings.of(janus.address(), "wrong", JanusServer.ADMIN_KEY), Clock.SYSTEM, meter);
        engines.add(engine);
        engine.start(new Heard());
        await(() -> meter.valueOf(Metric.VOICE_REQUESTS_FAILED, "403") > 0);
        assertThat(engine.isUp()).isFalse();
    }
}
