package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.dialect.WireUuid;
import earshot.product.kaiku.Friendship;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.FriendshipTable;
import earshot.product.kaiku.store.Tables;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Friends, requests and blocks. */
final class FriendEndpoints {
    private final Surroundings with;

    FriendEndpoints(Surroundings with) {
        this.with = with;
    }

    List<Endpoint> endpoints() {
        return List.of(
                social("GET", "/api/friends", call -> list(call, Friendship.State.ACCEPTED)),
                social("GET", "/api/friends/pending", call -> list(call, Friendship.State.PENDING)),
                social("GET", "/api/friends/blocked", call -> list(call, Friendship.State.BLOCKED)),
                social("POST", "/api/friends/request", this::request),
                social("POST", "/api/friends", this::request),
                social("POST", "/api/friends/{id}/accept", this::accept),
                social("POST", "/api/friends/{id}/reject", this::reject),
                social("POST", "/api/friends/{id}/block", call -> block(call, call.id("id"))),
                social("DELETE", "/api/friends/{id}/block", call -> unblock(call, call.id("id"))),
                social("DELETE", "/api/friends/{id}", this::remove),
                social("GET", "/api/blocks", call -> list(call, Friendship.State.BLOCKED)),
                social("POST", "/api/blocks", call -> block(call, call.bodyId("user_id"))),
                social("DELETE", "/api/blocks/{id}", call -> unblock(call, call.id("id"))));
    }

    private static Endpoint social(
            String method, String template, java.util.function.Function<Call, CompletionStage<HttpResponse>> handler) {
        return Endpoint.of(method, template, RateLimits.Category.SOCIAL, handler);
    }

    // --- lists

    private CompletionStage<HttpResponse> list(Call call, Friendship.State state) {
        return with.store()
                .read(t -> t.friendships().of(call.user(), state))
                .thenCompose(this::withStatuses)
                .thenApply(Answers::ok);
    }

    private CompletionStage<ArrayNode> withStatuses(List<FriendshipTable.With> all) {
        List<CompletableFuture<String>> statuses = all.stream()
                .map(each -> each.friendship().state() == Friendship.State.ACCEPTED
                        ? with.delivery().statusOf(each.person()).toCompletableFuture()
                        : CompletableFuture.completedFuture("offline"))
                .toList();
        return CompletableFuture.allOf(statuses.toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    ArrayNode list = Answers.array();
                    for (int i = 0; i < all.size(); i++)
                        list.add(form(all.get(i), statuses.get(i).join()));
                    return list;
                });
    }

    private static ObjectNode form(FriendshipTable.With each, String status) {
        Person person = each.person();
        ObjectNode form = Answers.object()
                .put("user_id", person.id().toString())
                .put("username", person.username())
                .put("display_name", person.displayName())
                .put("avatar_url", person.avatarUrl());
        form.putNull("status_message");
        form.put("is_online", !status.equals("offline")).put("status", status);
        form.putNull("last_seen");
        return form.put("friendship_id", each.friendship().id().toString())
                .put("friendship_status", each.friendship().state().word())
                .put("created_at", Answers.time(each.friendship().createdMillis()));
    }

    // --- requests

    private record Told(Friendship friendship, Person who) {}

    /** By name, or by id. */
    private CompletionStage<HttpResponse> request(Call call) {
        String name = call.has("user_id") && !call.has("username")
                ? call.bodyId("user_id").toString()
                : call.text("username", 1, 64, "username: expected a name");
        return with.store()
                .change(t -> {
                    Person target = found(t, name);
                    if (target.id().equals(call.user()))
                        throw new Refusal(400, "SELF_FRIEND_REQUEST", "Cannot send friend request to yourself");
                    List<Friendship> earlier = t.friendships().between(call.user(), target.id());
                    if (earlier.stream().anyMatch(f -> f.state() == Friendship.State.BLOCKED))
                        throw Refusal.blocked("You are blocked by this user");
                    if (!earlier.isEmpty()) throw new Refusal(409, "ALREADY_EXISTS", "Friend request already exists");
                    Friendship fresh = row(call.user(), target.id(), Friendship.State.PENDING);
                    t.friendships().insert(fresh);
                    return new Told(fresh, t.people().find(call.user()).orElseThrow(Refusal::noUser));
                })
                .thenApply(told -> {
                    ObjectNode event = Answers.object()
                            .put("type", "friend_request_received")
                            .put("friendship_id", told.friendship.id().toString())
                            .put("from_user_id", told.who.id().toString())
                            .put("from_username", told.who.username())
                            .put("from_display_name", told.who.displayName())
                            .put("from_avatar_url", told.who.avatarUrl());
                    with.delivery().toUser(told.friendship.addresseeId(), Answers.bytes(event));
                    return Answers.ok(Forms.friendship(told.friendship));
                });
    }

    private static Person found(Tables tables, String name) {
        UUID id = WireUuid.parse(name);
        return (id == null
                        ? tables.people().byUsername(name).map(k -> k.person())
                        : tables.people().find(id))
                .orElseThrow(Refusal::noUser);
    }

    private Friendship row(UUID requester, UUID addressee, Friendship.State state) {
        return new Friendship(with.nextId(), requester, addressee, state, with.now(), with.now());
    }

    private CompletionStage<HttpResponse> accept(Call call) {
        return with.store()
                .change(t -> {
                    Friendship old = pending(t, call);
                    Friendship fresh = as(old, Friendship.State.ACCEPTED);
                    t.friendships().update(fresh);
                    changed(t, fresh);
                    return new Told(fresh, t.people().find(call.user()).orElseThrow(Refusal::noUser));
                })
                .thenApply(told -> {
                    ObjectNode event = Answers.object()
                            .put("type", "friend_request_accepted")
                            .put("friendship_id", told.friendship.id().toString())
                            .put("user_id", told.who.id().toString())
                            .put("username", told.who.username())
                            .put("display_name", told.who.displayName())
                            .put("avatar_url", told.who.avatarUrl());
                    with.delivery().toUser(told.friendship.requesterId(), Answers.bytes(event));
                    return Answers.ok(Forms.friendship(told.friendship));
                });
    }

    private static Friendship pending(Tables tables, Call call) {
        Friendship old = tables.friendships().find(call.id("id")).orElseThrow(FriendEndpoints::none);
        if (!old.addresseeId().equals(call.user()) || old.state() != Friendship.State.PENDING) throw unauthorized();
        return old;
    }

    private Friendship as(Friendship old, Friendship.State state) {
        return new Friendship(old.id(), old.requesterId(), old.addresseeId(), state, old.createdMillis(), with.now());
    }

    private CompletionStage<HttpResponse> reject(Call call) {
        return with.store()
                .change(t -> {
                    t.friendships().delete(pending(t, call).id());
                    return true;
                })
                .thenApply(_ -> Answers.nothing());
    }

    private CompletionStage<HttpResponse> remove(Call call) {
        return with.store()
                .change(t -> {
                    Friendship old = t.friendships().find(call.id("id")).orElseThrow(FriendEndpoints::none);
                    boolean mine = old.requesterId().equals(call.user())
                            || old.addresseeId().equals(call.user());
                    if (!mine || old.state() != Friendship.State.ACCEPTED) throw unauthorized();
                    t.friendships().delete(old.id());
                    changed(t, old);
                    return true;
                })
                .thenApply(_ -> Answers.nothing());
    }

    private static void changed(Tables tables, Friendship friendship) {
        tables.changed(new Change.OfRelation(friendship.requesterId(), friendship.addresseeId()));
    }

    // --- blocks

    /** Ends what there was between them; a block of the other one stays beside it. */
    private CompletionStage<HttpResponse> block(Call call, UUID user) {
        if (user.equals(call.user()))
            throw new Refusal(400, "SELF_FRIEND_REQUEST", "Cannot send friend request to yourself");
        return with.store()
                .change(t -> {
                    if (t.people().find(user).isEmpty()) throw Refusal.noUser();
                    for (Friendship old : t.friendships().between(call.user(), user)) {
                        boolean mine = old.requesterId().equals(call.user());
                        if (mine && old.state() == Friendship.State.BLOCKED) return old;
                        if (old.state() != Friendship.State.BLOCKED)
                            t.friendships().delete(old.id());
                    }
                    Friendship fresh = row(call.user(), user, Friendship.State.BLOCKED);
                    t.friendships().insert(fresh);
                    changed(t, fresh);
                    return fresh;
                })
                .thenApply(friendship -> {
                    tell(call, "user_blocked", user);
                    return Answers.ok(Forms.friendship(friendship));
                });
    }

    private CompletionStage<HttpResponse> unblock(Call call, UUID user) {
        return with.store()
                .change(t -> {
                    Friendship old = t.friendships().between(call.user(), user).stream()
                            .filter(f -> f.requesterId().equals(call.user()) && f.state() == Friendship.State.BLOCKED)
                            .findFirst()
                            .orElseThrow(FriendEndpoints::none);
                    t.friendships().delete(old.id());
                    changed(t, old);
                    return true;
                })
                .thenApply(_ -> {
                    tell(call, "user_unblocked", user);
                    return Answers.nothing();
                });
    }

    private void tell(Call call, String type, UUID user) {
        ObjectNode event = Answers.object().put("type", type).put("user_id", user.toString());
        with.delivery().toUser(call.user(), Answers.bytes(event));
    }

    private static Refusal none() {
        return new Refusal(404, "FRIENDSHIP_NOT_FOUND", "Friendship not found");
    }

    private static Refusal unauthorized() {
        return new Refusal(403, "UNAUTHORIZED", "Not authorized to perform this action");
    }
}
