package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Channel;
import earshot.product.kaiku.ChannelAccess;
import earshot.product.kaiku.Refusal;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls in DMs (protocols/kaiku.md section 12.1). Errors say their sentence under {@code error} and their word under {@code code}, the other way round than
 * everywhere else. The words accept and end of the older notes are aliases of join and leave.
 */
final class CallEndpoints {
    private static final String BASE = "/api/dm/{dm}/call";

    private final Surroundings with;

    CallEndpoints(Surroundings with) {
        this.with = with;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", BASE, this::state),
                wish("start", Calls.Wish.START),
                wish("join", Calls.Wish.JOIN),
                wish("accept", Calls.Wish.JOIN),
                wish("decline", Calls.Wish.DECLINE),
                wish("leave", Calls.Wish.LEAVE),
                wish("end", Calls.Wish.LEAVE));
    }

    private Endpoint wish(String word, Calls.Wish wish) {
        return Endpoint.of("POST", BASE + "/" + word, call -> ask(call, wish));
    }

    private CompletionStage<HttpResponse> state(Call call) {
        return participating(
                call,
                others -> with.calls()
                        .state(call.id("dm"))
                        .thenApply(state -> state.map(s -> Answers.ok(form(call.id("dm"), s)))
                                .orElseGet(Answers::nothing)));
    }

    private CompletionStage<HttpResponse> ask(Call call, Calls.Wish wish) {
        return participating(
                        call,
                        participants -> allowed(call, wish, participants)
                                .thenCompose(_ -> with.knowledge().person(call.user()))
                                .thenCompose(person ->
                                        with.calls().ask(call.id("dm"), wish, person.orElseThrow(Refusal::noUser)))
                                .thenApply(outcome -> answer(call, wish, outcome)))
                .exceptionally(CallEndpoints::swapped);
    }

    private CompletionStage<HttpResponse> participating(
            Call call, Function<Set<UUID>, CompletionStage<HttpResponse>> then) {
        return with.knowledge().access(call.user(), call.id("dm")).thenCompose(access -> switch (access) {
            case ChannelAccess.Unknown _ -> refused(404, "not_found", "DM channel not found");
            case ChannelAccess.Denied denied ->
                denied.channel().type() == Channel.Type.DM
                        ? refused(403, "forbidden", "Not a participant of this DM")
                        : refused(404, "not_found", "DM channel not found");
            case ChannelAccess.Granted granted ->
                granted.channel().type() == Channel.Type.DM
                        ? then.apply(granted.participants())
                        : refused(404, "not_found", "DM channel not found");
        });
    }

    /** Nobody rings at who blocks them, or whom they block. */
    private CompletionStage<Boolean> allowed(Call call, Calls.Wish wish, Set<UUID> participants) {
        if (wish != Calls.Wish.START) return CompletableFuture.completedStage(true);
        return with.knowledge().relations(call.user()).thenApply(relations -> {
            if (participants.stream().anyMatch(relations::isBlocked))
                throw new Refusal(403, "blocked", "Cannot call this user");
            return true;
        });
    }

    private static HttpResponse answer(Call call, Calls.Wish wish, Calls.Outcome outcome) {
        return switch (outcome) {
            case Calls.Outcome.Done done ->
                Answers.json(wish == Calls.Wish.START ? 201 : 200, form(call.id("dm"), done.state()));
            case Calls.Outcome.Refused refused -> body(refused.status(), refused.code(), refused.detail());
        };
    }

    private static HttpResponse swapped(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof Refusal refusal) return body(refusal.status(), refusal.code(), refusal.message());
        return body(503, "internal_error", "Calls are not available at the moment");
    }

    private static CompletionStage<HttpResponse> refused(int status, String code, String text) {
        return Answers.done(body(status, code, text));
    }

    private static HttpResponse body(int status, String code, String text) {
        return Answers.json(status, Answers.object().put("error", text).put("code", code));
    }

    private static ObjectNode form(UUID dm, Calls.State state) {
        ObjectNode form = Answers.object().put("channel_id", dm.toString());
        switch (state) {
            case Calls.State.Ringing ringing -> {
                form.put("status", "ringing")
                        .put("started_by", ringing.startedBy().toString())
                        .put("started_at", Answers.time(ringing.startedMillis()));
                form.set("declined_by", ids(ringing.declinedBy()));
                form.set("target_users", ids(ringing.targets()));
            }
            case Calls.State.Active active -> {
                form.put("status", "active").put("started_at", Answers.time(active.startedMillis()));
                form.set("participants", ids(active.participants()));
            }
            case Calls.State.Ended ended ->
                form.put("status", "ended")
                        .put("reason", ended.reason())
                        .put("duration_secs", ended.durationSeconds())
                        .put("ended_at", Answers.time(ended.endedMillis()));
        }
        form.putArray("capabilities").add("audio");
        return form;
    }

    private static tools.jackson.databind.node.ArrayNode ids(List<UUID> all) {
        return Answers.array(all, id -> Answers.array().stringNode(id.toString()));
    }
}
