package earshot.it;

import earshot.gateway.testkit.Swarm;
import earshot.gateway.testkit.SwarmClient;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads pages, and is back on them after every loss of the connection; nothing is replayed to it. Confined to the swarm's thread. */
final class PageReader implements Swarm.Ear {
    private final CrashWorld world;
    private final String name;
    private final List<String> pages;
    /** By page, and then by connection. */
    private final List<List<Segment>> segments = new ArrayList<>();

    PageReader(CrashWorld world, String name, List<String> pages) {
        this.world = world;
        this.name = name;
        this.pages = pages;
        for (String _ : pages) segments.add(new ArrayList<>());
    }

    List<Segment> segments(String page) {
        return segments.get(pages.indexOf(page));
    }

    void dial() {
        for (String page : pages) segments(page).add(new Segment(name + " on " + page, world.incarnation()));
        world.page(this);
    }

    @Override
    public void opened(SwarmClient client) {
        for (String page : pages) client.text(Commenters.say("subscribe", page));
    }

    @Override
    public void heard(SwarmClient client, byte[] payload) {
        JsonNode frame = world.json(payload);
        JsonNode params = frame.path("params");
        switch (frame.path("method").asString()) {
            case "new_comment" -> onComment(params.path("page_id").asString(), params.path("comment"));
            case "error" -> world.require(false, () -> name + " was told: " + frame);
            default -> {}
        }
    }

    /** Ids; but texts of the page that is in memory, whose comments may be posted twice, as two. */
    private void onComment(String page, JsonNode comment) {
        String member = page.equals(CrashWorld.PLAIN_PAGE) ? "t" : "i";
        segments(page).getLast().heard.add(comment.path(member).asString());
    }

    @Override
    public void ended(SwarmClient client, String how) {
        world.soon(this::dial);
    }
}
