package earshot.server.api;

import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.dialect.HttpResponse;
import earshot.dialect.threadkit.Heard;
import earshot.dialect.threadkit.ThreadkitEvents;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What can be done with the messages of a room. */
final class MessageOperations {
    private static final String MESSAGES = "/v1/{realm}/rooms/{room}/messages";
    private static final String MESSAGE = MESSAGES + "/{message}";
    private static final int MAX_TEXT_CHARS = 100_000;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 1000;

    private final ApiSubjects subjects;

    MessageOperations(ApiSubjects subjects) {
        this.subjects = subjects;
    }

    List<Operation> operations() {
        return List.of(
                new Operation("postMessage", "POST", MESSAGES, Scope.MESSAGES_WRITE, this::post),
                new Operation("listMessages", "GET", MESSAGES, Scope.MESSAGES_READ, this::list),
                new Operation("getMessage", "GET", MESSAGE, Scope.MESSAGES_READ, this::find),
                new Operation("editMessage", "PATCH", MESSAGE, Scope.MESSAGES_WRITE, this::edit),
                new Operation("deleteMessage", "DELETE", MESSAGE, Scope.MESSAGES_WRITE, this::delete),
                new Operation("setVotes", "PUT", MESSAGE + "/votes", Scope.MESSAGES_WRITE, this::vote),
                new Operation("pinMessage", "PUT", MESSAGE + "/pin", Scope.MESSAGES_WRITE, call -> pin(call, true)),
                new Operation(
                        "unpinMessage", "DELETE", MESSAGE + "/pin", Scope.MESSAGES_WRITE, call -> pin(call, false)),
                new Operation(
                        "tellPage", "POST", "/v1/threadkit/pages/{room}/events", Scope.MESSAGES_WRITE, this::tellPage));
    }

    private CompletionStage<HttpResponse> post(ApiCall call) {
        RoomId room = subjects.room(call);
        if (call.body().has("comment")) return postComment(call, room);
        call.allowing("id", "author", "text", "html", "replyTo", "comment");
        Profile author = call.profile("author", call.path("realm"))
                .orElseThrow(() -> ApiRefusal.invalid("author", "missing (expected: {id, name})"));
        String id = call.maybeText("id", Message.MAX_ID_CHARS).orElseGet(subjects.messageIds());
        var change = new Change.Post(
                id,
                call.text("text", MAX_TEXT_CHARS),
                call.maybeText("html", MAX_TEXT_CHARS).orElse(null),
                call.maybeText("replyTo", Message.MAX_ID_CHARS).orElse(null),
                null);
        return serve(new Command.Publish(room, change, call.idempotencyKey()), author);
    }

    /** A TreeComment, kept as it was written. */
    private CompletionStage<HttpResponse> postComment(ApiCall call, RoomId room) {
        if (!call.path("realm").equals(ApiSubjects.THREADKIT))
            throw ApiRefusal.invalid("comment", "only threadkit has comments (expected: text and author)");
        JsonNode comment = call.allowing("comment").body().path("comment");
        byte[] bytes = comment.toString().getBytes(StandardCharsets.UTF_8);
        return heard(subjects.threadkit().comment(room, bytes, call.idempotencyKey()));
    }

    /** The envelope that the product publishes elsewhere on a Redis channel. */
    private CompletionStage<HttpResponse> tellPage(ApiCall call) {
        if (!subjects.dialects().contains(ApiSubjects.THREADKIT))
            throw new ApiRefusal(Problem.NOT_FOUND, "threadkit is not spoken here");
        RoomId room = subjects.room(ApiSubjects.THREADKIT, "", call.path("room"));
        return heard(subjects.threadkit().onPage(room, call.request().body(), call.idempotencyKey()));
    }

    private CompletionStage<HttpResponse> heard(Heard heard) {
        return switch (heard) {
            case Heard.Told told -> told.deliver(subjects.node()::serve).thenApply(Answers::reply);
            case Heard.Dropped dropped -> ServerApi.done(dropped(dropped));
            case Heard.Notify _, Heard.NotifyFrom _ -> ServerApi.done(Answers.error(Problem.INVALID));
        };
    }

    private static HttpResponse dropped(Heard.Dropped dropped) {
        return switch (dropped.reason()) {
            case NOT_JSON -> Answers.error(Problem.INVALID, "body: expected {type, data}");
            case UNKNOWN_TYPE ->
                Answers.error(
                        Problem.INVALID,
                        "type: expected new_comment, edit_comment, delete_comment, vote_update or pin_update");
            case BAD_MEMBER -> Answers.error(Problem.INVALID, dropped.detail() + ": missing, or of the wrong type");
            case WITHHELD -> Answers.ok(Answers.object().put("withheld", true));
        };
    }

    private CompletionStage<HttpResponse> list(ApiCall call) {
        int limit = call.limit(DEFAULT_LIMIT, MAX_LIMIT);
        RoomId room = subjects.room(call);
        Command.From from = from(call);
        return switch (from) {
            case Command.From.AfterMessage after -> whenKnown(room, after.messageId(), () -> page(room, from, limit));
            case Command.From.BeforeMessage before ->
                whenKnown(room, before.messageId(), () -> page(room, from, limit));
            case Command.From.After after -> pageAfter(room, after.position(), limit);
            case Command.From.Newest _, Command.From.Before _ -> page(room, from, limit);
        };
    }

    private CompletionStage<HttpResponse> page(RoomId room, Command.From from, int limit) {
        return serve(new Command.ReadHistory(room, from, limit), null);
    }

    /** Says whether the log reaches back to the position. Ahead of the log nothing can follow: then the newest are given instead. */
    private CompletionStage<HttpResponse> pageAfter(RoomId room, Position after, int limit) {
        return subjects.log().read(room, after, 1).thenCompose(slice -> {
            Command.From from = after.isAfter(slice.top()) ? new Command.From.Newest() : new Command.From.After(after);
            return subjects.node()
                    .serve(new Command.ReadHistory(room, from, limit), null)
                    .thenApply(reply -> Answers.historyAfter(reply, slice.reached()));
        });
    }

    private CompletionStage<HttpResponse> whenKnown(
            RoomId room, String messageId, Supplier<CompletionStage<HttpResponse>> then) {
        return subjects.book()
                .find(room, messageId)
                .thenCompose(found -> found.isPresent() ? then.get() : ServerApi.done(unknownMessage()));
    }

    /** As {@link #whenKnown}, but a deleted message is nobody's to vote on. */
    private CompletionStage<HttpResponse> whenShown(
            RoomId room, String messageId, Supplier<CompletionStage<HttpResponse>> then) {
        return subjects.book()
                .find(room, messageId)
                .thenCompose(found ->
                        found.filter(m -> !m.deleted()).isPresent() ? then.get() : ServerApi.done(unknownMessage()));
    }

    private static HttpResponse unknownMessage() {
        return Answers.error(Problem.NOT_FOUND, "message: the room has none with this id");
    }

    private static Command.From from(ApiCall call) {
        Optional<String> after = call.query("after");
        Optional<String> before = call.query("before");
        if (after.isPresent() && before.isPresent())
            throw ApiRefusal.invalid("before", "goes without after (expected: one of them)");
        if (after.isPresent()) {
            Position position = position(after.get());
            return position == null ? new Command.From.AfterMessage(after.get()) : new Command.From.After(position);
        }
        if (before.isEmpty()) return new Command.From.Newest();
        Position position = position(before.get());
        return position == null ? new Command.From.BeforeMessage(before.get()) : new Command.From.Before(position);
    }

    /** A place as we write it, {@code epoch:offset}; null: it is a message's id. */
    private static @Nullable Position position(String text) {
        if (!text.matches("\\d{1,18}:\\d{1,18}")) return null;
        return Position.parse(text);
    }

    private CompletionStage<HttpResponse> find(ApiCall call) {
        return subjects.book()
                .find(subjects.room(call), messageId(call))
                .thenApply(found -> found.filter(m -> !m.deleted())
                        .map(m -> Answers.ok(Answers.message(m)))
                        .orElseGet(MessageOperations::unknownMessage));
    }

    private CompletionStage<HttpResponse> edit(ApiCall call) {
        call.allowing("text", "html", "by");
        var edit = new Change.Edit(
                messageId(call),
                call.text("text", MAX_TEXT_CHARS),
                call.maybeText("html", MAX_TEXT_CHARS).orElse(null),
                null);
        return change(call, edit, call.profile("by", call.path("realm")));
    }

    private CompletionStage<HttpResponse> delete(ApiCall call) {
        return change(call, new Change.Delete(messageId(call)), Optional.empty());
    }

    private CompletionStage<HttpResponse> pin(ApiCall call, boolean pinned) {
        return change(call, new Change.Pin(messageId(call), pinned), Optional.empty());
    }

    /** Comments of a page may be older than our log of it: then the page is told all the same. */
    private CompletionStage<HttpResponse> change(ApiCall call, Change change, Optional<Profile> by) {
        RoomId room = subjects.room(call);
        Command whenUnknown = room.realm().equals(ApiSubjects.THREADKIT)
                ? ThreadkitEvents.relay(room, change, subjects.clock().millis())
                : null;
        Command publish = new Command.Publish(room, change, call.idempotencyKey());
        return new Heard.Told(publish, by.orElseGet(() -> operator(call)), whenUnknown)
                .deliver(subjects.node()::serve)
                .thenApply(Answers::reply);
    }

    private static Profile operator(ApiCall call) {
        return Profile.named(new UserId(call.path("realm"), "server"), "server");
    }

    private CompletionStage<HttpResponse> vote(ApiCall call) {
        call.allowing("upvotes", "downvotes");
        RoomId room = subjects.room(call);
        var vote = new Command.Vote(room, messageId(call), call.count("upvotes"), call.count("downvotes"));
        // As with changes: a page may show comments that are older than our log of it.
        if (room.realm().equals(ApiSubjects.THREADKIT)) return serve(vote, operator(call));
        return whenShown(room, vote.messageId(), () -> serve(vote, operator(call)));
    }

    private static String messageId(ApiCall call) {
        String id = call.path("message");
        if (id.length() > Message.MAX_ID_CHARS)
            throw ApiRefusal.invalid("message", "expected 1.." + Message.MAX_ID_CHARS + " characters");
        return id;
    }

    private CompletionStage<HttpResponse> serve(Command command, @Nullable Profile as) {
        return subjects.node().serve(command, as).thenApply(Answers::reply);
    }
}
