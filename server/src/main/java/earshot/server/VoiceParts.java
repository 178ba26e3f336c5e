package earshot.server;

import earshot.core.Everywhere;
import earshot.core.session.Connections;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.time.Loops;
import earshot.core.voice.SharedVoice;
import earshot.core.voice.Voice;
import earshot.core.voice.VoiceRooms;
import earshot.engine.janus.JanusMedia;
import earshot.engine.janus.JanusSettings;
import earshot.server.config.VoiceSettings;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What voice is made of. */
final class VoiceParts {
    private final Voice voice;

    /**
     * Without a Janus everybody who wants to join hears that it is unavailable. One that does not answer yet is looked for until it does.
     *
     * @param redis null: this node is alone
     */
    VoiceParts(
            VoiceSettings settings,
            long incarnation,
            @Nullable SharedRedis redis,
            Loops loops,
            Connections connections,
            Clock clock,
            Meter meter,
            OpenParts open) {
        if (!settings.isOn()) {
            voice = Voice.NONE;
            return;
        }
        var janus = JanusSettings.of(URI.create(settings.janus()), settings.apiSecret(), settings.adminKey());
        var media = new JanusMedia(janus, clock, meter);
        open.add(media::close);
        var rooms = new VoiceRooms(loops, clock, media, connections, settings.limits(), meter);
        if (redis == null) {
            voice = rooms;
            return;
        }
        var shared =
                new SharedVoice(incarnation, rooms, redis.leases(), redis.nodes(), connections, clock, loops.loop(0));
        open.add(shared::close);
        voice = shared;
    }

    Voice voice() {
        return voice;
    }

    /** From now on other nodes are answered. */
    void answer(Everywhere everywhere) {
        if (voice instanceof SharedVoice shared) everywhere.voice(shared::onAsked);
    }
}
