package earshot.product.kaiku.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What changed, for those who remember what tables said and for those who are where they may not be any more. Immutable. */
public sealed interface Change {
    /** How a person looks, or their chosen status. */
    record OfPerson(UUID user) implements Change {}

    /** A guild: itself, its roles, channels or what those override; or it is gone. */
    record OfGuild(UUID guild) implements Change {}

    /** A channel or who takes part in it; or it is gone. */
    record OfChannel(UUID channel) implements Change {}

    /** Somebody came into a guild, left it, or has other roles. */
    record OfMember(UUID guild, UUID user) implements Change {}

    /** Somebody takes part in a DM, or does so no more. */
    record OfParticipant(UUID channel, UUID user) implements Change {}

    /** What two people are to each other. */
    record OfRelation(UUID one, UUID other) implements Change {}

    /** All logins of a person ended: sessions that came by them may not go on. */
    record LoggedOut(UUID user) implements Change {}

    /** More than could be told, or something that was not heard: nothing that is remembered can be trusted. */
    record OfAnything() implements Change {}

    /** As one line of ASCII. */
    default String text() {
        return switch (this) {
            case OfPerson c -> "person " + c.user();
            case OfGuild c -> "guild " + c.guild();
            case OfChannel c -> "channel " + c.channel();
            case OfMember c -> "member " + c.guild() + " " + c.user();
            case OfParticipant c -> "participant " + c.channel() + " " + c.user();
            case OfRelation c -> "relation " + c.one() + " " + c.other();
            case LoggedOut c -> "logout " + c.user();
            case OfAnything _ -> "anything";
        };
    }

    /** What {@link #text} wrote; anything else, such as a newer node's word, means {@link OfAnything}. */
    static Change of(String text) {
        List<String> words = List.of(text.split(" ", -1));
        UUID first = id(words, 1);
        UUID second = id(words, 2);
        if (first == null) return new OfAnything();
        return switch (words.getFirst()) {
            case "person" -> new OfPerson(first);
            case "guild" -> new OfGuild(first);
            case "channel" -> new OfChannel(first);
            case "member" -> second == null ? new OfAnything() : new OfMember(first, second);
            case "participant" -> second == null ? new OfAnything() : new OfParticipant(first, second);
            case "relation" -> second == null ? new OfAnything() : new OfRelation(first, second);
            case "logout" -> new LoggedOut(first);
            default -> new OfAnything();
        };
    }

    private static @Nullable UUID id(List<String> words, int at) {
        if (at >= words.size()) return null;
        try {
            return UUID.fromString(words.get(at));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
