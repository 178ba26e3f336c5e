package earshot.product.kaiku.http;

import earshot.core.history.MessageBook;
import earshot.core.message.Command;
import earshot.core.message.Message;
import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Channel;
import earshot.product.kaiku.MessageIds;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.ChannelTable.Participant;
import earshot.product.kaiku.store.ReadTable.ReadMark;
import earshot.product.kaiku.store.Tables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Conversations of two, or of up to ten. */
final class DmEndpoints {
    private static final int MAX_OTHERS = 9;
    private static final int PREVIEW_CHARS = 200;
    private static final int MAX_LISTED = 500;

    private final Surroundings with;
    private final Unread unread;

    DmEndpoints(Surroundings with) {
        this.with = with;
        this.unread = new Unread(with);
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/dm", this::list),
                Endpoint.of("POST", "/api/dm", this::create),
                Endpoint.of("GET", "/api/dm/{dm}", this::get),
                Endpoint.of("POST", "/api/dm/{dm}/leave", this::leave),
                Endpoint.of("PATCH", "/api/dm/{dm}/name", this::rename),
                Endpoint.of("POST", "/api/dm/{dm}/participants", this::add),
                Endpoint.of("DELETE", "/api/dm/{dm}/participants/{user}", this::remove),
                Endpoint.of("POST", "/api/dm/{dm}/read", this::read));
    }

    // --- making

    private CompletionStage<HttpResponse> create(Call call) {
        List<UUID> others = call.bodyIds("participant_ids", 1, MAX_OTHERS, "Must have 1-9 other participants");
        Optional<String> name = call.maybeText("name", 0, 100, "Name must be at most 100 characters")
                .filter(text -> !text.isBlank());
        if (new HashSet<>(others).size() != others.size()) throw Refusal.invalid("Duplicate participant IDs");
        if (others.contains(call.user())) throw Refusal.invalid("Cannot include yourself in participant list");
        return with.store()
                .change(t -> {
                    List<Person> people = t.people().all(others);
                    if (people.size() != others.size()) throw Refusal.invalid("One or more participants not found");
                    if (others.size() == 1
                            && t.friendships().relations(call.user()).isBlocked(others.getFirst()))
                        throw Refusal.invalid("Cannot create DM with this user");
                    Channel dm = others.size() == 1
                            ? t.channels()
                                    .pair(call.user(), others.getFirst())
                                    .orElseGet(() -> made(t, call.user(), people, Optional.empty()))
                            : made(t, call.user(), people, name);
                    return nested(dm, t.channels().participants(dm.id()));
                })
                .thenApply(Answers::created);
    }

    private Channel made(Tables tables, UUID creator, List<Person> others, Optional<String> name) {
        List<Person> all = new ArrayList<>(others);
        all.add(tables.people().find(creator).orElseThrow(Refusal::noUser));
        String names = all.stream().map(Person::username).sorted().collect(Collectors.joining(", "));
        Channel dm = new Channel(
                with.nextId(),
                Channel.Type.DM,
                name.orElse(names),
                null,
                null,
                null,
                0,
                Channel.SCREEN_SHARES,
                with.now(),
                with.now());
        tables.channels().insert(dm, MessageIds.tagOf(dm.id()));
        tables.channels().addParticipant(dm.id(), creator, with.now());
        for (Person person : others) tables.channels().addParticipant(dm.id(), person.id(), with.now());
        tables.changed(new Change.OfChannel(dm.id()));
        return dm;
    }

    private static ObjectNode nested(Channel dm, List<Participant> participants) {
        ObjectNode form = Answers.object();
        form.set("channel", Forms.channel(dm));
        form.set("participants", Answers.array(participants, Forms::participant));
        return form;
    }

    // --- reading

    private record Listed(Channel dm, List<Participant> participants) {}

    private record Newest(Listed listed, @Nullable Message message, int unread) {
        long atMillis() {
            return message == null ? listed.dm.createdMillis() : message.timestampMillis();
        }
    }

    private CompletionStage<HttpResponse> list(Call call) {
        return with.store()
                .read(t -> t.channels().dmsOf(call.user()).stream()
                        .limit(MAX_LISTED)
                        .map(dm -> new Listed(dm, t.channels().participants(dm.id())))
                        .toList())
                .thenCompose(all -> withNewest(call.user(), all))
                .thenApply(Answers::ok);
    }

    private CompletionStage<ArrayNode> withNewest(UUID user, List<Listed> all) {
        List<CompletableFuture<Newest>> each = all.stream()
                .map(listed -> newest(user, listed).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
                .thenApply(_ -> Answers.array(
                        each.stream()
                                .map(CompletableFuture::join)
                                .sorted(Comparator.comparingLong(Newest::atMillis)
                                        .reversed())
                                .toList(),
                        DmEndpoints::form));
    }

    private CompletionStage<Newest> newest(UUID user, Listed listed) {
        CompletionStage<MessageBook.Page> page = with.delivery().page(listed.dm.id(), new Command.From.Newest(), 1);
        return page.thenCombine(
                unread.count(user, listed.dm.id()),
                (last, count) -> new Newest(
                        listed,
                        last.messages().isEmpty() ? null : last.messages().getLast(),
                        count));
    }

    private static ObjectNode form(Newest newest) {
        ObjectNode form = Forms.dm(newest.listed.dm, newest.listed.participants);
        if (newest.message == null) form.putNull("last_message");
        else form.set("last_message", preview(newest.message, newest.listed.participants));
        return form.put("unread_count", newest.unread);
    }

    private static ObjectNode preview(Message message, List<Participant> participants) {
        Map<String, String> names = participants.stream()
                .collect(Collectors.toMap(
                        p -> p.person().id().toString(), p -> p.person().username()));
        String author = message.author().user().id();
        String text = message.text();
        return Answers.object()
                .put("id", message.id())
                .put(
                        "content",
                        text.substring(
                                0,
                                text.offsetByCodePoints(
                                        0, Math.min(PREVIEW_CHARS, text.codePointCount(0, text.length())))))
                .put("user_id", author)
                .put("username", names.getOrDefault(author, message.author().name()))
                .put("created_at", Answers.time(message.timestampMillis()));
    }

    private CompletionStage<HttpResponse> get(Call call) {
        return with.store()
                .read(t -> {
                    Channel dm = participating(t, call);
                    return nested(dm, t.channels().participants(dm.id()));
                })
                .thenApply(Answers::ok);
    }

    /** Throws when there is no such DM, or the user does not take part. */
    private static Channel participating(Tables tables, Call call) {
        Channel dm = tables.channels()
                .find(call.id("dm"))
                .filter(channel -> channel.type() == Channel.Type.DM)
                .orElseThrow(Refusal::noChannel);
        if (!tables.channels().participantIds(dm.id()).contains(call.user())) throw Refusal.forbidden();
        return dm;
    }

    // --- changing

    private CompletionStage<HttpResponse> rename(Call call) {
        String name = call.text("name", 1, 100, "Name must be 1-100 characters");
        return with.store()
                .change(t -> {
                    Channel old = participating(t, call);
                    List<Participant> participants = t.channels().participants(old.id());
                    if (participants.size() <= 2) throw Refusal.invalid("Cannot rename 1:1 DM channels");
                    Channel fresh = new Channel(
                            old.id(),
                            old.type(),
                            name,
                            null,
                            old.topic(),
                            old.userLimit(),
                            old.position(),
                            old.maxScreenShares(),
                            old.createdMillis(),
                            with.now());
                    t.channels().update(fresh);
                    t.changed(new Change.OfChannel(old.id()));
                    return nested(fresh, participants);
                })
                .thenApply(form -> {
                    ObjectNode event = Answers.object()
                            .put("type", "dm_name_updated")
                            .put("channel_id", call.id("dm").toString())
                            .put("name", name)
                            .put("updated_by", call.user().toString());
                    with.delivery().toChannel(call.id("dm"), Answers.bytes(event));
                    return Answers.ok(form);
                });
    }

    private CompletionStage<HttpResponse> leave(Call call) {
        return with.store().change(t -> left(t, call, call.user())).thenApply(_ -> Answers.noContent());
    }

    private static boolean left(Tables tables, Call call, UUID user) {
        Channel dm = tables.channels()
                .find(call.id("dm"))
                .filter(channel -> channel.type() == Channel.Type.DM)
                .orElseThrow(Refusal::noChannel);
        if (!tables.channels().removeParticipant(dm.id(), user)) throw Refusal.noChannel();
        if (tables.channels().participantIds(dm.id()).isEmpty())
            tables.channels().delete(dm.id());
        tables.changed(new Change.OfParticipant(dm.id(), user));
        return true;
    }

    /** To a group; a conversation of two stays one of two. */
    private CompletionStage<HttpResponse> add(Call call) {
        UUID user = call.bodyId("user_id");
        return with.store()
                .change(t -> {
                    Channel dm = group(t, call);
                    if (t.people().find(user).isEmpty()) throw Refusal.noUser();
                    if (t.channels().participantIds(dm.id()).size() > MAX_OTHERS)
                        throw Refusal.invalid("Must have 1-9 other participants");
                    t.channels().addParticipant(dm.id(), user, with.now());
                    t.changed(new Change.OfParticipant(dm.id(), user));
                    return nested(dm, t.channels().participants(dm.id()));
                })
                .thenApply(Answers::created);
    }

    private static Channel group(Tables tables, Call call) {
        Channel dm = participating(tables, call);
        if (tables.channels().participantIds(dm.id()).size() <= 2)
            throw Refusal.invalid("Cannot change who takes part in a 1:1 DM");
        return dm;
    }

    private CompletionStage<HttpResponse> remove(Call call) {
        return with.store()
                .change(t -> {
                    group(t, call);
                    return left(t, call, call.id("user"));
                })
                .thenApply(_ -> Answers.noContent());
    }

    private CompletionStage<HttpResponse> read(Call call) {
        UUID id = call.id("dm");
        return with.store()
                .read(t -> participating(t, call))
                .thenCompose(_ -> unread.mark(call, id, "dm_read"))
                .thenApply(mark -> Answers.ok(form(id, mark)));
    }

    private static ObjectNode form(UUID dm, ReadMark mark) {
        return Answers.object()
                .put("channel_id", dm.toString())
                .put("last_read_at", Answers.time(mark.atMillis()))
                .put("last_read_message_id", mark.messageId())
                .put("unread_count", 0);
    }
}
