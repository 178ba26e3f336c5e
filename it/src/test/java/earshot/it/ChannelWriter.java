package earshot.it;

import earshot.gateway.testkit.Swarm;
import earshot.gateway.testkit.SwarmClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Publishes numbered messages in a channel, some of them without an answer yet. After every loss of the connection it comes back and repeats what
 * was not acknowledged, in order and under the same ids. Confined to the swarm's thread.
 */
final class ChannelWriter implements Swarm.Ear {
    private static final int UNANSWERED = 24;

    private final CrashWorld world;
    private final String name;
    private final Set<Integer> unanswered = new LinkedHashSet<>();
    private final Map<Integer, String> idOf = new HashMap<>();
    /** In the order of their acknowledgements, by the incarnation of the server that gave them. */
    private final List<Acknowledged> acknowledged = new ArrayList<>();

    private SwarmClient client;
    private int next;
    private boolean joined;
    private int incarnation;

    record Acknowledged(int incarnation, int number) {}

    ChannelWriter(CrashWorld world, String name) {
        this.world = world;
        this.name = name;
    }

    String name() {
        return name;
    }

    List<Acknowledged> acknowledged() {
        return acknowledged;
    }

    boolean isDone() {
        return unanswered.isEmpty();
    }

    String text(int number) {
        return name + " " + number;
    }

    void dial() {
        joined = false;
        incarnation = world.incarnation();
        client = world.channel(name, this);
    }

    @Override
    public void heard(SwarmClient from, byte[] payload) {
        JsonNode frame = world.json(payload);
        switch (frame.path("type").asString()) {
            case "initial_state" -> {
                joined = true;
                for (int number : unanswered) say(number);
                sayMore();
            }
            case "ack" -> onAck(frame);
            case "error" -> onError(frame);
            default -> {}
        }
    }

    private void onAck(JsonNode frame) {
        String mine = frame.path("messageId").asString();
        int number = Integer.parseInt(mine.substring(mine.lastIndexOf('-') + 1));
        String id = frame.path("id").asString();
        String before = idOf.put(number, id);
        world.require(before == null || before.equals(id), () -> text(number) + " was " + before + " and is " + id);
        if (unanswered.remove(number)) acknowledged.add(new Acknowledged(incarnation, number));
        world.onAcknowledged();
        sayMore();
    }

    /** A server that ends refuses; whoever is refused says it again when the server is back. */
    private void onError(JsonNode frame) {
        String message = frame.path("message").asString();
        boolean passing = message.equals("Message may not have been stored") || message.equals("Too busy, try again");
        world.require(passing, () -> name + " was told: " + frame);
        client.cut();
        world.soon(this::dial);
    }

    void sayMore() {
        while (joined && world.isLoaded() && unanswered.size() < UNANSWERED) {
            unanswered.add(next);
            say(next++);
        }
    }

    private void say(int number) {
        client.text("{\"type\":\"message\",\"message\":{\"id\":\"%s-%d\",\"content\":\"%s\"}}"
                .formatted(name, number, text(number) + world.padding()));
    }

    @Override
    public String toString() {
        return name + (joined ? " joined, " : " not joined, ") + unanswered.size() + " unanswered, next " + next;
    }

    @Override
    public void ended(SwarmClient ended, String how) {
        joined = false;
        world.require(!how.matches("\\d+"), () -> name + " was closed with " + how + ", and would stay away");
        world.soon(this::dial);
    }
}
