package earshot.engine.janus;

import earshot.core.message.IceCandidate;
import earshot.core.message.UserId;
import earshot.core.voice.MediaEngine;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps the offers it hears. Thread-safe. */
final class Heard implements MediaEngine.Ear, MediaEngine.Watch {
    static final UserId ANN = new UserId("test", "ann");

    private final LinkedBlockingQueue<String> offers = new LinkedBlockingQueue<>();

    /** Empty: none by now. */
    String takeOffer() {
        String offer = offers.poll();
        return offer == null ? "" : offer;
    }

    String awaitOffer() {
        try {
            String offer = offers.poll(10, TimeUnit.SECONDS);
            if (offer == null) throw new AssertionError("no offer came");
            return offer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void onOffer(String sdp) {
        offers.add(sdp);
    }

    @Override
    public void onCandidate(IceCandidate candidate) {}

    @Override
    public void onConnected() {}

    @Override
    public void onGone(MediaEngine.Gone why) {}

    @Override
    public void onUp() {}

    @Override
    public void onDown() {}
}
