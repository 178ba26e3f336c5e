package earshot.server;

import earshot.core.session.Connections;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.time.Loops;
import earshot.core.voice.Voice;
import earshot.core.voice.VoiceRooms;
import earshot.engine.janus.JanusMedia;
import earshot.engine.janus.JanusSettings;
import earshot.server.config.VoiceSettings;
import java.net.URI;

/** What voice is made of. */
final class VoiceParts {
    private VoiceParts() {}

    /** Without a Janus everybody who wants to join hears that it is unavailable. One that does not answer yet is looked for until it does. */
    static Voice of(
            VoiceSettings settings, Loops loops, Connections connections, Clock clock, Meter meter, OpenParts open) {
        if (!settings.isOn()) return Voice.NONE;
        var janus = JanusSettings.of(URI.create(settings.janus()), settings.apiSecret(), settings.adminKey());
        var media = new JanusMedia(janus, clock, meter);
        open.add(media::close);
        return new VoiceRooms(loops, clock, media, connections, settings.limits(), meter);
    }
}
