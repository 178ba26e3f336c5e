package earshot.product.kaiku.http;

import earshot.core.history.MessageBook;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Channel;
import earshot.product.kaiku.ChannelAccess;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.Relations;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Messages of channels: said, listed, edited, deleted, pinned. */
final class MessageEndpoints {
    private static final int DEFAULT_PAGE = 50;
    private static final int MAX_PAGE = 100;
    private static final int PINS_LOOKED_FOR = 1000;

    private final Surroundings with;
    private final FoundMessages messages;
    private final ListedMessages lists;

    MessageEndpoints(Surroundings with) {
        this.with = with;
        this.messages = new FoundMessages(with);
        this.lists = new ListedMessages(with, messages);
    }

    List<Endpoint> endpoints() {
        String channel = "/api/messages/channel/{channel}";
        String pin = "/api/channels/{channel}/messages/{message}/pin";
        return List.of(
                Endpoint.of("GET", channel, this::list),
                Endpoint.of("POST", channel, this::post),
                Endpoint.of("POST", channel + "/upload", this::upload),
                Endpoint.of("PATCH", "/api/messages/{message}", this::edit),
                Endpoint.of("DELETE", "/api/messages/{message}", this::delete),
                Endpoint.of("PUT", pin, call -> pin(call, true)),
                Endpoint.of("DELETE", pin, call -> pin(call, false)),
                Endpoint.of("GET", "/api/channels/{channel}/pins", this::pins));
    }

    private CompletionStage<ChannelAccess.Granted> access(Call call) {
        return with.knowledge().access(call.user(), call.id("channel")).thenApply(access -> switch (access) {
            case ChannelAccess.Unknown _ -> throw Refusal.noChannel();
            case ChannelAccess.Denied _ -> throw Refusal.forbidden();
            case ChannelAccess.Granted granted -> granted;
        });
    }

    // --- listing

    private CompletionStage<HttpResponse> list(Call call) {
        UUID channel = call.id("channel");
        int limit = call.limit(DEFAULT_PAGE, MAX_PAGE);
        Command.From from = call.query("before")
                .<Command.From>map(text -> new Command.From.BeforeMessage(id(text)))
                .orElseGet(Command.From.Newest::new);
        return access(call)
                .thenCompose(_ -> with.delivery().page(channel, from, limit))
                .thenCompose(
                        page -> lists.of(call.user(), channel, page.messages()).thenApply(items -> page(page, items)))
                .thenApply(Answers::ok);
    }

    private static String id(String text) {
        UUID id = earshot.dialect.WireUuid.parse(text);
        if (id == null) throw Refusal.invalid("before: expected a UUID");
        return id.toString();
    }

    /** Newest first. What a block hides is missing from the items, and not from what the cursor counts. */
    private static ObjectNode page(MessageBook.Page page, List<ObjectNode> items) {
        ObjectNode body = Answers.object();
        body.set("items", Answers.array(items.reversed(), item -> item));
        body.put("has_more", !page.complete());
        if (!page.complete() && !page.messages().isEmpty())
            body.put("next_cursor", page.messages().getFirst().id());
        return body;
    }

    private CompletionStage<HttpResponse> pins(Call call) {
        UUID channel = call.id("channel");
        return access(call)
                .thenCompose(_ -> with.delivery().page(channel, new Command.From.Newest(), PINS_LOOKED_FOR))
                .thenCompose(page -> lists.of(
                        call.user(),
                        channel,
                        page.messages().stream()
                                .filter(m -> m.pinnedMillis() > 0)
                                .toList()))
                .thenApply(items -> Answers.ok(Answers.array(items.reversed(), item -> item)));
    }

    // --- saying

    /** @param replyTo checked */
    private record Wish(
            String content,
            @Nullable String nonce,
            @Nullable UUID replyTo,
            @Nullable String key) {}

    private CompletionStage<HttpResponse> post(Call call) {
        UUID channel = call.id("channel");
        Wish wish = wish(call);
        return access(call)
                .thenCompose(access -> allowed(call, access, wish))
                .thenCompose(_ -> replyExists(channel, wish))
                .thenCompose(_ -> with.knowledge().person(call.user()))
                .thenCompose(found -> {
                    Person author = found.orElseThrow(Refusal::noUser);
                    return with.delivery().statusOf(author).thenCompose(status -> say(channel, author, status, wish));
                });
    }

    private static Wish wish(Call call) {
        String content = MessageText.checked(call);
        boolean encrypted = call.flag("encrypted", false);
        Optional<String> nonce = call.maybeText("nonce", 1, 256, "nonce: expected 1 to 256 characters");
        if (encrypted && nonce.isEmpty()) throw Refusal.invalid("Encrypted messages require a nonce");
        if (call.has("parent_id")) throw Refusal.invalid("Threads are disabled");
        String key = call.request()
                .header("idempotency-key")
                .filter(k -> !k.isEmpty())
                .orElse(null);
        if (key != null && key.length() > Draft.MAX_IDEMPOTENCY_KEY_CHARS)
            throw Refusal.invalid(
                    "Idempotency-Key: expected at most " + Draft.MAX_IDEMPOTENCY_KEY_CHARS + " characters");
        return new Wish(
                content,
                encrypted ? nonce.orElse("") : null,
                call.maybeBodyId("reply_to").orElse(null),
                key);
    }

    private CompletionStage<Boolean> allowed(Call call, ChannelAccess.Granted access, Wish wish) {
        if (access.channel().type() == Channel.Type.DM)
            return with.knowledge().relations(call.user()).thenApply(relations -> heard(relations, access));
        if (!access.may(Permission.SEND_MESSAGES)) throw Refusal.forbidden();
        if (wish.nonce == null
                && MessageText.mentionsEverybody(wish.content)
                && !access.may(Permission.MENTION_EVERYONE))
            throw Refusal.invalid("You do not have permission to mention @everyone or @here");
        return CompletableFuture.completedStage(true);
    }

    private static boolean heard(Relations relations, ChannelAccess.Granted access) {
        if (access.participants().stream().anyMatch(relations::isBlocked))
            throw Refusal.blocked("Cannot send messages to this user");
        return true;
    }

    private CompletionStage<Boolean> replyExists(UUID channel, Wish wish) {
        if (wish.replyTo == null) return CompletableFuture.completedStage(true);
        return with.delivery().find(channel, wish.replyTo.toString()).thenApply(found -> {
            if (found.filter(message -> !message.deleted()).isEmpty()) throw Refusal.invalid("Reply target not found");
            return true;
        });
    }

    private CompletionStage<HttpResponse> say(UUID channel, Person author, String status, Wish wish) {
        UUID id = with.messageIds().next(channel);
        // Who writes is there to be seen, unless they chose not to be.
        String shown = status.equals("offline") && !author.status().equals("offline") ? author.status() : status;
        ObjectNode object = MessageForm.of(
                new MessageForm.New(id, channel, author, shown, wish.content, wish.nonce, wish.replyTo, with.now()));
        return with.delivery()
                .post(channel, author, id, wish.content, wish.replyTo, Answers.bytes(object), wish.key)
                .thenCompose(reply -> {
                    Reply.Accepted accepted = accepted(reply);
                    if (accepted.messageId().equals(id.toString())) return Answers.done(Answers.created(object));
                    return again(author.id(), channel, accepted.messageId());
                });
    }

    /** The key was known: what was said then. */
    private CompletionStage<HttpResponse> again(UUID user, UUID channel, String id) {
        return with.delivery()
                .find(channel, id)
                .thenCompose(
                        found -> lists.of(user, channel, found.map(List::of).orElse(List.of()))
                                .thenApply(items -> {
                                    if (items.isEmpty()) throw Refusal.noMessage();
                                    return Answers.created(items.getFirst());
                                }));
    }

    /** Throws what the refusal means to a client. */
    static Reply.Accepted accepted(Reply reply) {
        return switch (reply) {
            case Reply.Accepted accepted -> accepted;
            case Reply.Refused refused -> throw refusal(refused.problem());
            case Reply.Done _, Reply.Joined _, Reply.History _, Reply.Here _ ->
                throw new IllegalStateException("reply: " + reply.getClass().getSimpleName());
        };
    }

    private static Refusal refusal(Problem problem) {
        return switch (problem) {
            case NOT_FOUND -> Refusal.noMessage();
            case FORBIDDEN, NOT_MEMBER, UNAUTHENTICATED -> Refusal.forbidden();
            case INVALID, CONFLICT -> Refusal.invalid("The message cannot be kept");
            case TOO_LARGE -> Refusal.invalid("The message is too long");
            case TOO_MANY_ROOMS, ROOM_FULL, RATE_LIMITED, UNAVAILABLE, BUSY ->
                new Refusal(503, "service_unavailable", "Try again in a moment.");
            case INTERNAL -> new Refusal(500, "INTERNAL_ERROR", "Internal server error");
        };
    }

    private CompletionStage<HttpResponse> upload(Call call) {
        throw new Refusal(503, "NOT_CONFIGURED", "File uploads are not configured");
    }

    // --- changing

    private CompletionStage<HttpResponse> edit(Call call) {
        String content = MessageText.checked(call);
        return messages.find(call.user(), call.id("message")).thenCompose(found -> {
            if (!isAuthor(call, found.message())) throw Refusal.noMessage();
            ObjectNode old = Answers.parsed(with.delivery().object(found.message()));
            if (old == null) throw Refusal.noMessage();
            ObjectNode fresh = MessageForm.edited(old, content, with.now());
            return with.knowledge()
                    .person(call.user())
                    .thenCompose(person -> with.delivery()
                            .edit(
                                    found.channel(),
                                    person.orElseThrow(Refusal::noUser),
                                    found.message().id(),
                                    content,
                                    Answers.bytes(fresh)))
                    .thenApply(reply -> {
                        fresh.put("edited_at", Answers.time(accepted(reply).timestampMillis()));
                        return Answers.ok(fresh);
                    });
        });
    }

    private static boolean isAuthor(Call call, Message message) {
        return message.author().user().id().equals(call.user().toString());
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        return messages.find(call.user(), call.id("message")).thenCompose(found -> {
            boolean moderates = found.access().channel().type() != Channel.Type.DM
                    && found.access().may(Permission.MANAGE_MESSAGES);
            if (!isAuthor(call, found.message()) && !moderates) throw Refusal.forbidden();
            return with.knowledge()
                    .person(call.user())
                    .thenCompose(person -> with.delivery()
                            .delete(
                                    found.channel(),
                                    person.orElseThrow(Refusal::noUser),
                                    found.message().id()))
                    .thenApply(reply -> {
                        accepted(reply);
                        return Answers.noContent();
                    });
        });
    }

    private CompletionStage<HttpResponse> pin(Call call, boolean pinned) {
        UUID channel = call.id("channel");
        String message = call.id("message").toString();
        return access(call).thenCompose(access -> {
            if (!access.may(Permission.PIN_MESSAGES)) throw Refusal.forbidden();
            return with.knowledge()
                    .person(call.user())
                    .thenCompose(person ->
                            with.delivery().pin(channel, person.orElseThrow(Refusal::noUser), message, pinned))
                    .thenApply(reply -> {
                        accepted(reply);
                        return pinned ? Answers.nothing() : Answers.noContent();
                    });
        });
    }
}
