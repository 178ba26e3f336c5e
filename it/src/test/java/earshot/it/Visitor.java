package earshot.it;

import earshot.gateway.testkit.Swarm;
import earshot.gateway.testkit.SwarmClient;
import tools.jackson.databind.JsonNode;

/** Somebody who comes once, types, and never comes back. Confined to the swarm's thread. */
final class Visitor implements Swarm.Ear {
    private final CrashWorld world;
    private final Segment segment;

    Visitor(CrashWorld world, String name) {
        this.world = world;
        this.segment = new Segment(name, world.incarnation());
        world.channel(name, this);
    }

    Segment segment() {
        return segment;
    }

    @Override
    public void heard(SwarmClient client, byte[] payload) {
        JsonNode frame = world.json(payload);
        switch (frame.path("type").asString()) {
            case "initial_state" -> {
                for (JsonNode row : frame.path("messages"))
                    segment.heard.add(row.path("id").asString());
                world.ghosts().cameNow(segment.who);
                client.text("{\"type\":\"typing\",\"isTyping\":true}");
            }
            case "message" -> segment.heard.add(frame.path("message").path("id").asString());
            default -> {}
        }
    }
}
