package earshot.core.voice;

import earshot.core.message.RoomId;
import earshot.core.testkit.MediaEngineContract;
import earshot.core.testkit.MemoryMedia;
import java.util.List;

final class MemoryMediaTest extends MediaEngineContract {
    private final MemoryMedia media = new MemoryMedia();

    @Override
    protected MediaEngine engine() {
        return media;
    }

    @Override
    protected String answerTo(String offer) {
        return MemoryMedia.ANSWER;
    }

    @Override
    protected List<String> present(RoomId room) {
        return media.peers().stream()
                .filter(peer -> peer.room.equals(room))
                .map(peer -> shown(peer.user, peer.isMuted()))
                .toList();
    }

    @Override
    protected void kill() {
        media.kill();
    }

    @Override
    protected void startAgain() {
        media.startAgain();
    }
}
