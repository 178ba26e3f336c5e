package earshot.it;

import earshot.gateway.testkit.Swarm;
import earshot.gateway.testkit.SwarmClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a channel as a good client does: after every loss of the connection it asks for what came after the last message that it has, and puts
 * what was missed before what came live. Of a server that lost the end of its log it hears that its last message is unknown, and goes back to one
 * that is known. Confined to the swarm's thread.
 */
final class ChannelReader implements Swarm.Ear {
    private final CrashWorld world;
    private final String name;
    /** Ids of messages, in order. */
    private final List<String> history = new ArrayList<>();
    /** What it had and the server did not know any more. */
    private final Set<String> forgotten = new HashSet<>();

    private final List<String> missed = new ArrayList<>();
    private final List<String> live = new ArrayList<>();
    private final Set<String> shown = new LinkedHashSet<>();
    private SwarmClient client;
    private long shownTo;
    private boolean syncing;
    private boolean synced;
    private int resumed;

    ChannelReader(CrashWorld world, String name) {
        this.world = world;
        this.name = name;
    }

    List<String> history() {
        return history;
    }

    Set<String> forgotten() {
        return forgotten;
    }

    int resumed() {
        return resumed;
    }

    boolean isSynced() {
        return synced;
    }

    @Nullable
    String last() {
        return history.isEmpty() ? null : history.getLast();
    }

    void dial() {
        client = world.channel(name, this);
    }

    @Override
    public void heard(SwarmClient from, byte[] payload) {
        JsonNode frame = world.json(payload);
        switch (frame.path("type").asString()) {
            case "initial_state" -> onSnapshot(frame);
            case "message" -> onMessage(frame.path("message"));
            case "sync_complete" -> onSynced(frame);
            case "user_connected", "user_disconnected", "typing" ->
                world.ghosts().onTold(frame);
            default -> world.require(false, () -> name + " heard " + frame);
        }
    }

    private void onSnapshot(JsonNode frame) {
        shownTo = 0;
        for (JsonNode row : frame.path("messages")) {
            shown.add(row.path("id").asString());
            if (world.isOfThisEpoch(row)) shownTo = row.path("sequence").asLong();
        }
        if (history.isEmpty()) begin();
        else sync();
    }

    private void begin() {
        history.addAll(shown);
        history.addAll(live);
        live.clear();
        syncing = false;
        synced = true;
    }

    private void sync() {
        syncing = true;
        client.text("{\"type\":\"sync\",\"afterMessageId\":\"" + history.getLast() + "\"}");
    }

    private void onMessage(JsonNode message) {
        String id = message.path("id").asString();
        if (!syncing) history.add(id);
        else if (isLive(message, id)) live.add(id);
        else missed.add(id);
    }

    /** While a replay runs, live messages come between: they are those behind the snapshot. */
    private boolean isLive(JsonNode message, String id) {
        return !shown.contains(id)
                && world.isOfThisEpoch(message)
                && message.path("sequence").asLong() > shownTo;
    }

    private void onSynced(JsonNode end) {
        boolean complete = end.path("complete").asBoolean();
        int replayed = end.path("replayed").asInt();
        world.require(replayed == missed.size(), () -> name + " heard " + missed.size() + " and was told: " + end);
        history.addAll(missed);
        missed.clear();
        if (complete) onCaughtUp();
        else if (replayed > 0) sync();
        else goBack();
    }

    private void onCaughtUp() {
        history.addAll(live);
        live.clear();
        syncing = false;
        synced = true;
        resumed++;
    }

    private void goBack() {
        world.require(world.mayForget(), () -> history.getLast() + " is unknown, which it must not be");
        forgotten.add(history.removeLast());
        if (history.isEmpty()) begin();
        else sync();
    }

    @Override
    public String toString() {
        return name + (synced ? " synced, " : syncing ? " syncing, " : " away, ") + history.size() + " heard";
    }

    @Override
    public void ended(SwarmClient ended, String how) {
        world.require(!how.matches("\\d+"), () -> name + " was closed with " + how + ", and would stay away");
        synced = false;
        syncing = false;
        missed.clear();
        live.clear();
        shown.clear();
        world.soon(this::dial);
    }
}
