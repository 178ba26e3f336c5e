package earshot.it;

import static earshot.it.Client.method;
import static earshot.it.Client.type;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Servers over one Redis, with the same secrets, site and API key, as an operator starts them. Not thread-safe, but for {@link #wander}. */
final class Nodes implements AutoCloseable {
    private static final String API_KEY = "ek_nodes-test-0123456789abcdefghijklmnop";
    private static final String SITE = "00000000-0000-4000-8000-0000000000aa";
    private static final String SITE_KEY = "tk_pub_nodes-test-0123456789";

    /** They start together and are often started again: the compiler that starts quickly is enough. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1");

    private final List<RunningServer> servers = new ArrayList<>();

    /**
     * Starts one for each address, all at once.
     *
     * @param redis where each of them finds its Redis
     * @param more further arguments of every node
     */
    static Nodes start(Path directory, List<String> redis, String... more) throws IOException {
        Nodes nodes = new Nodes();
        try {
            for (int i = 0; i < redis.size(); i++) {
                List<String> arguments = new ArrayList<>(List.of("--redis", redis.get(i)));
                arguments.addAll(List.of("--set", "node-id=node-" + i));
                arguments.addAll(List.of("--set", "api.keys=" + API_KEY));
                arguments.addAll(List.of("--set", "threadkit.site-id=" + SITE));
                arguments.addAll(List.of("--set", "threadkit.public-key=" + SITE_KEY));
                arguments.addAll(List.of("--set", "waddle.announce-joins=true"));
                arguments.addAll(List.of(more));
                nodes.servers.add(
                        RunningServer.begin(directory.resolve("node-" + i), QUICK, arguments.toArray(String[]::new)));
            }
            for (RunningServer server : nodes.servers) server.awaitReady();
            nodes.awaitAlive(redis.size());
            return nodes;
        } catch (IOException | AssertionError e) {
            nodes.close();
            throw e;
        }
    }

    /** Until each node that runs knows of so many. */
    void awaitAlive(int count) {
        for (RunningServer server : servers) {
            if (server.isRunning())
                Await.until(count + " nodes are alive", server::output, () -> count == alive(server));
        }
    }

    /** How many nodes the first of them knows of. */
    int alive() {
        return alive(node(0));
    }

    private static int alive(RunningServer server) {
        try {
            return (int) server.metric("earshot_nodes");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    RunningServer node(int i) {
        return servers.get(i);
    }

    int count() {
        return servers.size();
    }

    Api api(int node) {
        return new Api(node(node), API_KEY);
    }

    // --- who is where

    /** A member of a waddle channel, its snapshot heard. */
    Client member(int node, String channel, String user) {
        Client client =
                Client.connect(node(node).ws("/channel/" + channel + "/websocket"), "Authorization", bearer(user));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    /** One on every node: {@code ada-0}, {@code ada-1} and so on for ada. */
    List<Client> members(String channel, String user) {
        return IntStream.range(0, count())
                .mapToObj(i -> member(i, channel, user + "-" + i))
                .toList();
    }

    static String bearer(String user) {
        return "Bearer " + TestTokens.waddle(user, user, "read", "write");
    }

    /** A user on a page, its snapshot heard. */
    Client commenter(int node, String page, String userId) {
        Client client = Client.connect(node(node).ws(commenterPath(userId)));
        client.hears("connected", method("connected"));
        client.say(Commenters.say("subscribe", page));
        client.hears("the snapshot", method("presence"));
        return client;
    }

    /** One on every node: {@link #user} 0, 1 and so on. */
    List<Client> commenters(String page) {
        return IntStream.range(0, count())
                .mapToObj(i -> commenter(i, page, user(i)))
                .toList();
    }

    static String commenterPath(String userId) {
        return "/ws?project_id=" + SITE_KEY + "&token=" + TestTokens.threadkit(userId, SITE);
    }

    /** The id of a user of threadkit. */
    static String user(int number) {
        return "aaaaaaaa-0000-4000-8000-%012d".formatted(number);
    }

    /** Where somebody dials who begins at a node and tries the next one after each end. */
    Supplier<InetSocketAddress> wander(int from) {
        List<InetSocketAddress> all =
                servers.stream().map(RunningServer::address).toList();
        AtomicInteger next = new AtomicInteger(from);
        return () -> all.get(next.getAndIncrement() % all.size());
    }

    // --- what they see

    /** Ids of those who are in a room, as a node says. */
    List<String> here(int node, String realm, String room) throws IOException {
        JsonNode users =
                api(node).get("/v1/" + realm + "/rooms/" + room + "/presence").path("users");
        return users.valueStream().map(u -> u.path("id").asString()).sorted().toList();
    }

    /** The last words of every node, for who must find out what went wrong. */
    String output() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count(); i++) {
            String said = node(i).output();
            all.append("\nnode ").append(i).append(":\n").append(said.substring(Math.max(0, said.length() - 2500)));
        }
        return all.toString();
    }

    @Override
    public void close() {
        for (RunningServer server : servers) server.close();
    }
}
