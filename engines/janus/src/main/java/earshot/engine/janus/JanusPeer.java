package earshot.engine.janus;

import earshot.core.message.IceCandidate;
import earshot.core.message.RoomId;
import earshot.core.voice.MediaEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One participant: a handle of its own, joined to its room of the AudioBridge, for which the plugin makes the offer. Its methods are called by any thread,
 * everything else happens on the engine's.
 *
 * <p>Janus finds candidates before its offer is out, so they wait here. The name in the room is new for each peer: Janus may not have noticed yet that an
 * earlier one of the same user is gone.
 */
final class JanusPeer implements MediaEngine.Peer {
    /** Janus tells why a peer connection ended; this is a client that closed its own (section 2 of the protocol file). */
    private static final String CLOSED_BY_CLIENT = "DTLS alert";

    private static final int MAX_CANDIDATES = 128;

    private final JanusMedia engine;
    final RoomId room;
    private final String name;
    private final MediaEngine.Ear ear;
    private final List<IceCandidate> early = new ArrayList<>();
    private @Nullable AudioRooms rooms;
    private @Nullable Handle handle;
    private boolean holdsRoom;
    private boolean started;
    private boolean ended;
    private boolean offered;
    private boolean muted;
    private String mid = "0";

    JanusPeer(JanusMedia engine, RoomId room, String name, boolean muted, MediaEngine.Ear ear) {
        this.engine = engine;
        this.room = room;
        this.name = name;
        this.muted = muted;
        this.ear = ear;
    }

    // --- any thread

    @Override
    public CompletionStage<Boolean> answer(String sdp) {
        var understood = new CompletableFuture<Boolean>();
        if (!engine.run(() -> answerNow(sdp, understood))) understood.complete(false);
        return understood;
    }

    @Override
    public void candidate(IceCandidate candidate) {
        engine.run(() -> candidateNow(candidate));
    }

    @Override
    public void mute(boolean isMuted) {
        engine.run(() -> {
            muted = isMuted;
            tellMuted();
        });
    }

    @Override
    public void close() {
        engine.run(this::end);
    }

    // --- the engine's thread: to the offer

    void start(AudioRooms in) {
        if (started || ended) return;
        started = true;
        rooms = in;
        in.use(room, isThere -> {
            holdsRoom = isThere;
            if (!isThere) fail();
            else if (ended) release();
            else engine.attach(this::onHandle);
        });
    }

    private void onHandle(@Nullable Handle made) {
        handle = made;
        if (made == null) {
            release();
            fail();
        } else if (ended) {
            letGo();
        } else {
            engine.listen(made.id, this);
            join(made);
        }
    }

    private void join(Handle to) {
        boolean asked = muted;
        ObjectNode body = body("join")
                .put("room", AudioRooms.name(room))
                .put("id", name)
                .put("muted", asked)
                .put("generate_offer", true);
        to.message(body, null, said -> {
            String sdp = said.sdp();
            if (ended) return;
            if (!said.isGood() || sdp == null) {
                fail();
                return;
            }
            onOffer(sdp);
            if (muted != asked) tellMuted();
        });
    }

    private void onOffer(String sdp) {
        OfferSdp offer = OfferSdp.mended(sdp, streamName());
        mid = offer.mid();
        offered = true;
        ear.onOffer(offer.text());
        for (IceCandidate each : early) tell(each);
        early.clear();
    }

    /** Clients part it at its first colon: whose voice it is, and what. It is everybody's, so it is the room's; a dialect may have put a word before that. */
    private String streamName() {
        return room.name().substring(room.name().lastIndexOf(':') + 1) + ":microphone";
    }

    private static ObjectNode body(String request) {
        return Requests.JSON.createObjectNode().put("request", request);
    }

    // --- behind it

    private void answerNow(String sdp, CompletableFuture<Boolean> understood) {
        Handle to = handle;
        if (ended || !offered || to == null) {
            understood.complete(false);
            return;
        }
        ObjectNode jsep = Requests.JSON.createObjectNode().put("type", "answer").put("sdp", sdp);
        to.message(body("configure").put("muted", muted), jsep, said -> understood.complete(said.isGood()));
    }

    private void candidateNow(IceCandidate candidate) {
        if (ended || handle == null) return;
        ObjectNode json = Requests.JSON.createObjectNode();
        if (candidate.isEnd()) {
            json.put("completed", true);
        } else {
            String of = candidate.sdpMid();
            json.put("candidate", candidate.candidate());
            json.put("sdpMid", of == null || of.isEmpty() ? mid : of);
            json.put("sdpMLineIndex", candidate.sdpMLineIndex());
        }
        handle.trickle(json);
    }

    /** What the join said, and what a lost connection swallowed, is said again. */
    void tellMuted() {
        if (ended || !offered || handle == null) return;
        handle.message(body("configure").put("muted", muted), null, _ -> {});
    }

    void onEvent(Said said) {
        if (ended) return;
        switch (said.kind()) {
            case "trickle" -> onTrickle(said.frame().path("candidate"));
            case "webrtcup" -> ear.onConnected();
            case "hangup" -> onHangup(Said.text(said.frame().path("reason")));
            case "detached" -> fail();
            case "event" -> onPlugin(said.data());
            default -> {} // What is of no use to us: media, slowlink, and what newer versions may say.
        }
    }

    private void onTrickle(JsonNode found) {
        String text = Said.text(found.path("candidate"));
        if (text.isEmpty()) return;
        IceCandidate candidate =
                new IceCandidate(text, null, found.path("sdpMLineIndex").asInt(0));
        if (offered) tell(candidate);
        else if (early.size() < MAX_CANDIDATES) early.add(candidate);
    }

    /** Janus does not say the section's name, which some clients cannot do without. */
    private void tell(IceCandidate candidate) {
        ear.onCandidate(new IceCandidate(candidate.candidate(), mid, candidate.sdpMLineIndex()));
    }

    private void onHangup(String reason) {
        end();
        ear.onGone(reason.equals(CLOSED_BY_CLIENT) ? MediaEngine.Gone.HUNG_UP : MediaEngine.Gone.FAILED);
    }

    /** An operator of Janus took us out, or the whole room away. */
    private void onPlugin(JsonNode data) {
        String what = Said.text(data.path("audiobridge"));
        if (what.equals("destroyed") || Said.text(data.path("kicked")).equals(name)) fail();
    }

    // --- the end

    private void fail() {
        if (ended) return;
        end();
        ear.onGone(MediaEngine.Gone.FAILED);
    }

    /** Nothing is left of it at Janus; what is still being made for it is given back when it is there. */
    private void end() {
        if (ended) return;
        ended = true;
        engine.forget(this);
        letGo();
    }

    private void letGo() {
        Handle has = handle;
        handle = null;
        if (has == null) return;
        engine.unlisten(has.id);
        has.detach(_ -> release());
    }

    private void release() {
        if (!holdsRoom || rooms == null) return;
        holdsRoom = false;
        rooms.release(room);
    }

    /** Janus is no more, and everything of this peer with it. */
    void onLost() {
        if (ended) return;
        ended = true;
        ear.onGone(MediaEngine.Gone.ENGINE_LOST);
    }
}
