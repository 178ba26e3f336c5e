package earshot.it;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A writer and a reader of a channel and a reader of a page on every node, who come back wherever they are let in. Confined to the test's thread. */
final class NodesLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Nodes nodes;
    private final String channel;
    private final String page;
    private final List<Wanderer> writers = new ArrayList<>();
    private final List<Wanderer> readers = new ArrayList<>();
    private final List<ReturningCommenter> commenters = new ArrayList<>();

    /** @param atOnce how many messages a writer says before the first is acknowledged */
    NodesLoad(Nodes nodes, String channel, String page, int atOnce) {
        this.nodes = nodes;
        this.channel = channel;
        this.page = page;
        for (int i = 0; i < nodes.count(); i++) {
            writers.add(new Wanderer(nodes.wander(i), channel, "writer-" + i, atOnce));
            readers.add(new Wanderer(nodes.wander(i), channel, "reader-" + i, 0));
            commenters.add(
                    new ReturningCommenter(nodes.wander(i), Nodes.commenterPath(Nodes.user(i)), Nodes.user(i), page));
        }
        await(
                "everybody is there",
                () -> all().allMatch(w -> !w.visits().isEmpty())
                        && readers.stream().allMatch(Wanderer::isSettled)
                        && commenters.stream().allMatch(ReturningCommenter::isSubscribed));
    }

    private Stream<Wanderer> all() {
        return Stream.concat(writers.stream(), readers.stream());
    }

    List<Wanderer> writers() {
        return writers;
    }

    /** Of channel and page. */
    List<String> users() {
        return Stream.concat(all().map(Wanderer::user), commenters.stream().map(ReturningCommenter::user))
                .toList();
    }

    int acknowledged() {
        return writers.stream().mapToInt(w -> w.acknowledged().size()).sum();
    }

    /** So many more, by every writer a part. */
    void awaitAcknowledged(int more) {
        List<Integer> wanted = writers.stream()
                .map(w -> w.acknowledged().size() + more / writers.size())
                .toList();
        await(more + " acknowledgements", () -> {
            commenters.forEach(ReturningCommenter::throwIfBroken);
            for (int i = 0; i < wanted.size(); i++)
                if (writers.get(i).acknowledged().size() < wanted.get(i)) return false;
            return true;
        });
    }

    /** So many more, by the writer who began at a node. */
    void awaitAcknowledged(int node, int more) {
        int wanted = writers.get(node).acknowledged().size() + more;
        await(
                more + " acknowledgements to " + writers.get(node),
                () -> writers.get(node).acknowledged().size() >= wanted);
    }

    /** How many messages were refused. */
    int refused() {
        return writers.stream().mapToInt(Wanderer::refused).sum();
    }

    /** Ends the writing, waits until all have heard all, and looks whether it is right. */
    String check(boolean mayForget) throws IOException {
        writers.forEach(Wanderer::finish);
        await("everybody is settled", () -> all().allMatch(Wanderer::isSettled));
        String last = nodes.api(0).post("waddle", channel, "the last");
        await(
                "everybody heard the last",
                () -> all().allMatch(w -> w.visits().getLast().heard.contains(last)
                        || w.visits().getLast().snapshot.contains(last)));
        return WandererCheck.check(nodes, channel, all().toList(), mayForget);
    }

    /** Every node, and every commenter who counted, comes to say that the same people are here. */
    void sameEverywhere() {
        for (String[] room : new String[][] {{"waddle", channel}, {"threadkit", page}})
            await(
                    "all nodes see the same people in " + room[1],
                    () -> people(room).distinct().count() == 1);
        await(
                "commenters see who is here",
                () -> commenters.stream()
                        .allMatch(c -> c.isSubscribed()
                                && c.here().equals(commenters.getFirst().here())));
    }

    private Stream<List<String>> people(String[] room) {
        return IntStream.range(0, nodes.count()).mapToObj(i -> {
            try {
                return nodes.here(i, room[0], room[1]);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void await(String what, BooleanSupplier condition) {
        Await.until(what, PATIENCE, () -> writers + "\n" + readers + "\n" + commenters + nodes.output(), condition);
    }

    @Override
    public void close() throws IOException {
        for (Wanderer wanderer : all().toList()) wanderer.close();
        for (ReturningCommenter commenter : commenters) commenter.close();
    }
}
