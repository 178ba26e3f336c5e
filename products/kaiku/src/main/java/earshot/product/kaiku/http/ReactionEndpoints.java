package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.ChannelAccess;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.ReactionTable.Counted;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.node.ObjectNode;

/** Reactions to messages. */
final class ReactionEndpoints {
    private static final String ALL = "/api/channels/{channel}/messages/{message}/reactions";
    private static final int MAX_EMOJI_CHARS = 64;
    private static final int MAX_KINDS = 20;

    private final Surroundings with;

    ReactionEndpoints(Surroundings with) {
        this.with = with;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", ALL, this::list),
                Endpoint.of("PUT", ALL, this::add),
                Endpoint.of("DELETE", ALL + "/{emoji}", this::remove));
    }

    private CompletionStage<ChannelAccess.Granted> access(Call call) {
        return with.knowledge().access(call.user(), call.id("channel")).thenApply(access -> switch (access) {
            case ChannelAccess.Unknown _ -> throw Refusal.noChannel();
            case ChannelAccess.Denied _ -> throw Refusal.forbidden();
            case ChannelAccess.Granted granted -> granted;
        });
    }

    private CompletionStage<List<Counted>> of(Call call) {
        return with.store()
                .read(t -> t.reactions()
                        .of(call.id("channel"), List.of(call.id("message").toString()), call.user()));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        return access(call)
                .thenCompose(_ -> of(call))
                .thenApply(all -> Answers.ok(Answers.array(all, MessageForm::reaction)));
    }

    private CompletionStage<HttpResponse> add(Call call) {
        String emoji = call.text("emoji", 1, MAX_EMOJI_CHARS, "Emoji must be 1-64 characters");
        UUID channel = call.id("channel");
        String message = call.id("message").toString();
        return access(call)
                .thenCompose(access -> {
                    if (!access.may(Permission.ADD_REACTIONS)) throw Refusal.forbidden();
                    return with.delivery().find(channel, message);
                })
                .thenCompose(found -> {
                    if (found.filter(m -> !m.deleted()).isEmpty()) throw Refusal.noMessage();
                    return with.store().change(t -> {
                        boolean isNew = !t.reactions().has(channel, message, emoji);
                        if (isNew && t.reactions().kinds(channel, message) >= MAX_KINDS)
                            throw Refusal.invalid("A message takes at most 20 different reactions");
                        return t.reactions().add(channel, message, call.user(), emoji, with.now());
                    });
                })
                .thenCompose(added -> {
                    if (added) tell(call, "reaction_add", emoji);
                    return of(call);
                })
                .thenApply(all -> Answers.created(all.stream()
                        .filter(counted -> counted.emoji().equals(emoji))
                        .findFirst()
                        .map(MessageForm::reaction)
                        .orElseGet(Answers::object)));
    }

    private CompletionStage<HttpResponse> remove(Call call) {
        String emoji = call.word("emoji");
        return access(call)
                .thenCompose(_ -> with.store()
                        .change(t -> t.reactions()
                                .remove(call.id("channel"), call.id("message").toString(), call.user(), emoji)))
                .thenApply(removed -> {
                    if (!removed) throw new Refusal(404, "NOT_FOUND", "Reaction not found");
                    tell(call, "reaction_remove", emoji);
                    return Answers.noContent();
                });
    }

    private void tell(Call call, String type, String emoji) {
        ObjectNode event = Answers.object()
                .put("type", type)
                .put("channel_id", call.id("channel").toString())
                .put("message_id", call.id("message").toString())
                .put("user_id", call.user().toString())
                .put("emoji", emoji);
        with.delivery().toChannel(call.id("channel"), Answers.bytes(event));
    }
}
