package earshot.it;

import earshot.gateway.testkit.Swarm;
import earshot.gateway.testkit.SwarmClient;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hears a {@link RoomSpeaker}: every message once, in order, whatever happens to its connection; statuses fewer, never an older one after a newer.
 * Where it is cut it comes back, and asks for what it missed. Confined to the swarm's thread.
 */
final class RoomMember implements Swarm.Ear {
    static final String MESSAGE = "{\"type\":\"message\"";
    static final String INITIAL = "{\"type\":\"initial_state\"";

    private final StalledWorld world;
    private final RoomSpeaker speaker;
    private final String user;
    private final int receiveBufferBytes;
    /** Numbers and ids of what came live while a replay ran. */
    private final TreeMap<Integer, String> early = new TreeMap<>();

    private SwarmClient client;
    private int next;
    private @Nullable String last;
    private int status;
    private int cuts;
    private boolean joined;
    /** Its connection ended, and nothing was dialled since: whoever comes first dials, once. */
    private boolean gone;

    private boolean syncing;
    private boolean stallsAtOnce;
    boolean measured;

    RoomMember(StalledWorld world, RoomSpeaker speaker, String user, int receiveBufferBytes) {
        this.world = world;
        this.speaker = speaker;
        this.user = user;
        this.receiveBufferBytes = receiveBufferBytes;
    }

    void dial() {
        joined = false;
        gone = false;
        client = world.connect(speaker.channel, user, "read", receiveBufferBytes, this);
    }

    void stall(boolean on) {
        client.stall(on);
    }

    boolean isStalled() {
        return client.isStalled();
    }

    /** Stops reading with the first byte after the upgrade. */
    void stallAtOnce() {
        stallsAtOnce = true;
    }

    @Override
    public void opened(SwarmClient opened) {
        if (!stallsAtOnce) return;
        stallsAtOnce = false;
        opened.stall(true);
    }

    boolean isOpen() {
        return client.isOpen();
    }

    /** After a stop of the server, during which nobody dials. */
    void returnIfGone() {
        if (gone) dial();
    }

    /** Goes without a word, and comes back. */
    void cutAndReturn() {
        client.cut();
        joined = false;
        syncing = false;
        early.clear();
        gone = true;
        world.soon(this::returnIfGone);
    }

    int cuts() {
        return cuts;
    }

    boolean isJoined() {
        return joined;
    }

    boolean hasHeardAll() {
        return next == speaker.said() && !syncing;
    }

    boolean hasNewestStatus() {
        return status == speaker.status();
    }

    @Override
    public void heard(SwarmClient from, byte[] payload) {
        String frame = new String(payload, StandardCharsets.ISO_8859_1);
        if (frame.startsWith(MESSAGE)) onMessage(frame);
        else if (frame.startsWith("{\"type\":\"presence_update\"")) onStatus(frame);
        else if (frame.startsWith(INITIAL)) onJoined(frame);
        else if (frame.startsWith("{\"type\":\"sync_complete\"")) onSynced(frame);
    }

    private void onJoined(String frame) {
        joined = true;
        onOnlineUsers(frame.substring(frame.indexOf("\"onlineUsers\":")));
        if (last == null) {
            begin(frame);
            return;
        }
        syncing = true;
        client.text("{\"type\":\"sync\",\"afterMessageId\":\"" + last + "\"}");
    }

    /** With the newest message that there is, if there is one. */
    private void begin(String frame) {
        int newest = frame.lastIndexOf("\"content\":\"");
        if (newest < 0) return;
        next = Integer.parseInt(between(frame.substring(newest), "\"content\":\"", ' ')) + 1;
        last = between(frame.substring(frame.lastIndexOf("{\"id\":\"", newest)), "\"id\":\"", '"');
    }

    private void onOnlineUsers(String users) {
        int speaking = users.indexOf("{\"userId\":\"speaker-of-");
        if (speaking < 0) return;
        String entry = users.substring(speaking, users.indexOf('}', speaking));
        if (entry.contains("\"status\":\"")) onStatus(entry);
    }

    private void onMessage(String frame) {
        int number = Integer.parseInt(between(frame, "\"content\":\"", ' '));
        if (number == next) take(frame);
        else if (syncing && number > next) early.put(number, between(frame, "\"id\":\"", '"'));
        else throw new AssertionError(this + " heard " + number + " instead of " + next);
    }

    private void take(String frame) {
        next++;
        last = between(frame, "\"id\":\"", '"');
        if (measured) {
            String content = between(frame, "\"content\":\"", '"');
            int space = content.indexOf(' ');
            world.took(
                    System.nanoTime() - Long.parseLong(content.substring(space + 1, content.indexOf(' ', space + 1))));
        }
    }

    private void onSynced(String frame) {
        if (!frame.contains("\"complete\":true")) {
            if (last == null || frame.contains("\"replayed\":0"))
                throw new AssertionError(this + " cannot resume: " + frame);
            client.text("{\"type\":\"sync\",\"afterMessageId\":\"" + last + "\"}");
            return;
        }
        syncing = false;
        early.forEach((number, id) -> {
            if (number != next) throw new AssertionError(this + " heard " + number + " instead of " + next);
            next++;
            last = id;
        });
        early.clear();
    }

    private void onStatus(String frame) {
        int now = Integer.parseInt(between(frame, "\"status\":\"", '"'));
        if (now < status) throw new AssertionError(this + " heard the older status " + now + " after " + status);
        status = now;
    }

    private static String between(String text, String before, char end) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(end, from));
    }

    @Override
    public void ended(SwarmClient ended, String how) {
        if (!how.equals("cut") && !how.startsWith("refused 503")) throw new AssertionError(this + " was ended: " + how);
        if (joined) cuts++;
        joined = false;
        syncing = false;
        early.clear();
        gone = true;
        world.soon(this::returnIfGone);
    }

    @Override
    public String toString() {
        return user + " in " + speaker.channel + " (" + next + " heard, " + cuts + " cuts)";
    }
}
