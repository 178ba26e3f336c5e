package earshot.product.kaiku.http;

import earshot.core.message.Message;
import earshot.dialect.WireUuid;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Relations;
import earshot.product.kaiku.store.ReactionTable.Counted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Messages as somebody's list shows them: with their authors as they look today, reactions and pins; without those of people between whom there is a block. */
final class ListedMessages {
    private final Surroundings with;
    private final FoundMessages messages;

    ListedMessages(Surroundings with, FoundMessages messages) {
        this.with = with;
        this.messages = messages;
    }

    /** An author, and what the one who asks sees of their presence. */
    private record Author(Person person, String status) {}

    /** In their order. */
    CompletionStage<List<ObjectNode>> of(UUID user, UUID channel, List<Message> all) {
        List<String> ids = all.stream().map(Message::id).toList();
        for (String id : ids) messages.learn(channel, id);
        CompletionStage<List<Counted>> reactions = ids.isEmpty()
                ? CompletableFuture.completedStage(List.of())
                : with.store().read(t -> t.reactions().of(channel, ids, user));
        return authors(all)
                .thenCompose(authors -> with.knowledge()
                        .relations(user)
                        .thenCombine(reactions, (relations, counted) -> listed(all, authors, relations, counted)));
    }

    private List<ObjectNode> listed(
            List<Message> all, Map<UUID, Author> authors, Relations relations, List<Counted> counted) {
        Map<String, List<Counted>> reactions = counted.stream().collect(Collectors.groupingBy(Counted::messageId));
        List<ObjectNode> items = new ArrayList<>();
        for (Message message : all) {
            UUID id = authorId(message).orElse(null);
            if (id != null && relations.isBlocked(id)) continue;
            ObjectNode object = Answers.parsed(with.delivery().object(message));
            if (object == null) continue;
            Author author = id == null ? null : authors.get(id);
            items.add(MessageForm.listed(
                    object,
                    message,
                    author == null ? null : author.person,
                    author == null ? "offline" : author.status,
                    reactions.getOrDefault(message.id(), List.of())));
        }
        return items;
    }

    private static Optional<UUID> authorId(Message message) {
        return Optional.ofNullable(WireUuid.parse(message.author().user().id()))
                .filter(_ ->
                        message.author().user().realm().equals(message.room().realm()));
    }

    private CompletionStage<Map<UUID, Author>> authors(List<Message> all) {
        List<CompletableFuture<Optional<Author>>> each = all.stream()
                .flatMap(message -> authorId(message).stream())
                .distinct()
                .map(id -> author(id).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new)).thenApply(_ -> {
            Map<UUID, Author> authors = new HashMap<>();
            for (var found : each) found.join().ifPresent(author -> authors.put(author.person.id(), author));
            return authors;
        });
    }

    private CompletionStage<Optional<Author>> author(UUID id) {
        return with.knowledge()
                .person(id)
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedStage(Optional.empty())
                        : with.delivery()
                                .statusOf(found.get())
                                .thenApply(status -> Optional.of(new Author(found.get(), status))));
    }
}
