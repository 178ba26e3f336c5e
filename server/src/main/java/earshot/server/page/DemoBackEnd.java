package earshot.server.page;

import earshot.core.Node;
import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Message;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.room.Realms;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.dialect.TokenVerifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a product's own back end does, in the few lines that the demo pages need: it knows who posts by their token, writes comments into the
 * room, counts votes. Development only. Thread-safe.
 */
public final class DemoBackEnd {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COMMENTS = "/demo/comments";
    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final int MAX_TEXT_CHARS = 4000;
    private static final int SHOWN = 100;

    private final Demo demo;
    private final TokenVerifier commenterTokens;
    private final TokenVerifier chatterTokens;
    private final TokenVerifier investigatorTokens;
    private final Node node;
    private final RoomId page;
    private final RoomId lobby;
    private final Supplier<String> ids;
    private final Votes votes = new Votes();

    /**
     * @param commenterTokens of threadkit
     * @param chatterTokens of waddle
     * @param investigatorTokens of summit
     * @param ids makes message ids
     */
    public DemoBackEnd(
            Demo demo,
            TokenVerifier commenterTokens,
            TokenVerifier chatterTokens,
            TokenVerifier investigatorTokens,
            Node node,
            Realms realms,
            Supplier<String> ids) {
        this.demo = demo;
        this.commenterTokens = commenterTokens;
        this.chatterTokens = chatterTokens;
        this.investigatorTokens = investigatorTokens;
        this.node = node;
        this.page = realms.resolve("threadkit", "", demo.pageId());
        this.lobby = realms.resolve("threadkit", "", demo.lobbyPageId());
        this.ids = ids;
    }

    public List<HttpRoute> routes() {
        return List.of(
                new HttpRoute("GET", "/demo/config.json", 0, _ -> done(HttpResponse.json(200, config().toString()))),
                new HttpRoute("GET", COMMENTS, 0, this::comments),
                new HttpRoute(
                        "POST", COMMENTS, MAX_BODY_BYTES, request -> asCommenter(request, me -> post(request, me))),
                new HttpRoute(
                        "PUT",
                        COMMENTS + "/*",
                        MAX_BODY_BYTES,
                        request -> asCommenter(request, me -> edit(request, me))),
                new HttpRoute("DELETE", COMMENTS + "/*", 0, request -> asCommenter(request, me -> delete(request, me))),
                new HttpRoute(
                        "POST",
                        COMMENTS + "/*",
                        MAX_BODY_BYTES,
                        request -> asCommenter(request, me -> vote(request, me))),
                new HttpRoute("POST", "/demo/cut", 0, this::cut));
    }

    private ObjectNode config() {
        ObjectNode config = JSON.createObjectNode();
        config.putObject("threadkit")
                .put("projectId", demo.projectId())
                .put("pageId", demo.pageId())
                .put("lobby", demo.lobbyPageId())
                .set("users", people(demo.commenters()));
        config.putObject("waddle")
                .put("channel", demo.channel())
                .put("lobby", demo.lobby())
                .set("users", people(demo.chatters()));
        if (!demo.investigators().isEmpty())
            config.putObject("summit")
                    .put("path", "/socket.io/")
                    .put("room", "investigation:demo")
                    .put("lobby", demo.lobby())
                    .set("users", people(demo.investigators()));
        if (!demo.walkers().isEmpty())
            config.putObject("graphwiz")
                    .put("room", "demo")
                    .put("lobby", demo.lobby())
                    .set("users", people(demo.walkers()));
        return config;
    }

    private static ArrayNode people(List<Demo.Person> people) {
        ArrayNode list = JSON.createArrayNode();
        people.forEach(
                p -> list.addObject().put("id", p.id()).put("name", p.name()).put("token", p.token()));
        return list;
    }

    private RoomId room(HttpRequest request) {
        return request.queryParam("room").filter("lobby"::equals).isPresent() ? lobby : page;
    }

    private CompletionStage<HttpResponse> comments(HttpRequest request) {
        return node.serve(new Command.ReadHistory(room(request), new Command.From.Newest(), SHOWN), null)
                .thenApply(reply -> reply instanceof Reply.History h ? list(h.messages()) : refused(reply));
    }

    private HttpResponse list(List<Message> messages) {
        ArrayNode list = JSON.createArrayNode();
        for (Message m : messages) {
            Votes.Count count = votes.of(m.id());
            list.add(comment(m.id(), m.author(), m.text(), m.replyTo(), m.timestampMillis())
                    .put("u", count.up())
                    .put("d", count.down())
                    .put("m", Math.max(m.timestampMillis(), m.editedMillis()) / 1000)
                    .put("pinned", m.pinnedMillis() > 0));
        }
        return HttpResponse.json(200, list.toString());
    }

    /** A TreeComment (protocols/threadkit.md section 5.3). */
    private static ObjectNode comment(String id, Profile author, String text, @Nullable String parent, long atMillis) {
        ObjectNode c = JSON.createObjectNode()
                .put("i", id)
                .put("a", author.user().id())
                .put("n", author.name())
                .put("p", author.avatarUrl())
                .put("k", 0)
                .put("t", text)
                .put("h", html(text))
                .put("u", 0)
                .put("d", 0)
                .put("x", atMillis / 1000)
                .put("m", atMillis / 1000);
        return parent == null ? c : c.put("q", parent);
    }

    private static String html(String text) {
        return "<p>" + text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + "</p>";
    }

    private CompletionStage<HttpResponse> post(HttpRequest request, Profile me) {
        JsonNode body = body(request).orElseGet(JSON::createObjectNode);
        Optional<String> text = text(body);
        if (text.isEmpty()) return done(badText());
        String parent = body.path("parent").asString("");
        var change = new Change.Post(ids.get(), text.get(), html(text.get()), parent.isEmpty() ? null : parent, null);
        return publish(room(request), change, me);
    }

    private CompletionStage<HttpResponse> edit(HttpRequest request, Profile me) {
        Optional<String> text = body(request).flatMap(DemoBackEnd::text);
        if (text.isEmpty()) return done(badText());
        return ifMine(
                request, me, id -> publish(room(request), new Change.Edit(id, text.get(), html(text.get()), null), me));
    }

    private CompletionStage<HttpResponse> delete(HttpRequest request, Profile me) {
        return ifMine(request, me, id -> publish(room(request), new Change.Delete(id), me));
    }

    private CompletionStage<HttpResponse> ifMine(
            HttpRequest request, Profile me, Function<String, CompletionStage<HttpResponse>> then) {
        String id = idIn(request);
        return node.serve(new Command.ReadHistory(room(request), new Command.From.Newest(), SHOWN), null)
                .thenCompose(reply -> {
                    boolean mine = reply instanceof Reply.History h
                            && h.messages().stream()
                                    .anyMatch(m -> m.id().equals(id)
                                            && m.author().user().equals(me.user()));
                    return mine ? then.apply(id) : done(HttpResponse.text(403, "Not your comment"));
                });
    }

    private CompletionStage<HttpResponse> vote(HttpRequest request, Profile me) {
        String id = idIn(request);
        int direction = body(request).map(b -> b.path("direction").asInt(0)).orElse(0);
        Votes.Count count = votes.vote(id, me.user().id(), Integer.signum(direction));
        return node.serve(new Command.Vote(room(request), id, count.up(), count.down()), me)
                .thenApply(DemoBackEnd::answered);
    }

    private CompletionStage<HttpResponse> publish(RoomId room, Change change, Profile me) {
        return node.serve(new Command.Publish(room, change, null), me).thenApply(DemoBackEnd::answered);
    }

    /** Ends the caller's waddle sessions without a goodbye, so that one can watch them come back. */
    private CompletionStage<HttpResponse> cut(HttpRequest request) {
        Optional<UserId> chatter = who(request, chatterTokens, demo.chatters()).map(p -> new UserId("waddle", p.id()));
        return chatter.or(() -> who(request, investigatorTokens, demo.investigators())
                        .map(p -> new UserId("summit", "demo:" + p.id())))
                .map(user -> node.disconnect(user, CloseReason.DRAINING).thenApply(_ -> HttpResponse.json(200, "{}")))
                .orElseGet(() -> done(unknown()));
    }

    private CompletionStage<HttpResponse> asCommenter(
            HttpRequest request, Function<Profile, CompletionStage<HttpResponse>> then) {
        return who(request, commenterTokens, demo.commenters())
                .map(p -> then.apply(Profile.named(new UserId("threadkit", p.id()), p.name())))
                .orElseGet(() -> done(unknown()));
    }

    /** By the token, not by its text: a page that was open over a restart has an older one. */
    private static Optional<Demo.Person> who(HttpRequest request, TokenVerifier tokens, List<Demo.Person> people) {
        String token = request.header("authorization")
                .map(v -> v.replaceFirst("^Bearer ", ""))
                .orElse("");
        return tokens.verify(token) instanceof TokenVerifier.Verdict.Valid valid
                ? people.stream()
                        .filter(p -> valid.claims()
                                .string("sub")
                                .filter(p.id()::equals)
                                .isPresent())
                        .findFirst()
                : Optional.empty();
    }

    private static String idIn(HttpRequest request) {
        String rest = request.path().substring(COMMENTS.length() + 1);
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    private static Optional<JsonNode> body(HttpRequest request) {
        try {
            return Optional.of(JSON.readTree(request.body()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonNode body) {
        String text = body.path("text").asString("").strip();
        return text.isEmpty() || text.length() > MAX_TEXT_CHARS ? Optional.empty() : Optional.of(text);
    }

    private static HttpResponse answered(Reply reply) {
        return switch (reply) {
            case Reply.Accepted a -> HttpResponse.json(200, "{\"id\":\"" + a.messageId() + "\"}");
            case Reply.Done _ -> HttpResponse.json(200, "{}");
            case Reply.Refused _, Reply.Joined _, Reply.History _, Reply.Here _ -> refused(reply);
        };
    }

    private static HttpResponse refused(Reply reply) {
        Problem problem = reply instanceof Reply.Refused r ? r.problem() : Problem.INTERNAL;
        return HttpResponse.text(problem.status(), problem.code());
    }

    private static HttpResponse badText() {
        return HttpResponse.text(400, "text: 1 to " + MAX_TEXT_CHARS + " characters, please");
    }

    private static HttpResponse unknown() {
        return HttpResponse.text(401, "Nobody of this demo");
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedStage(response);
    }

    /** Votes per comment and user, of the last {@value #MAX_COMMENTS} comments that were voted on. */
    private static final class Votes {
        private static final int MAX_COMMENTS = 1000;

        record Count(int up, int down) {}

        private final Map<String, Map<String, Integer>> byComment = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Map<String, Integer>> eldest) {
                return size() > MAX_COMMENTS;
            }
        };

        synchronized Count vote(String comment, String user, int direction) {
            byComment.computeIfAbsent(comment, _ -> new LinkedHashMap<>()).put(user, direction);
            return of(comment);
        }

        synchronized Count of(String comment) {
            var all = byComment.getOrDefault(comment, Map.of()).values();
            return new Count((int) all.stream().filter(v -> v > 0).count(), (int)
                    all.stream().filter(v -> v < 0).count());
        }
    }
}
