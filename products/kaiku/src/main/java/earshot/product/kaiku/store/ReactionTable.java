package earshot.product.kaiku.store;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Reactions to messages. See {@link Tables}. */
public interface ReactionTable {
    /** @param me whether the user who asks is among them */
    record Counted(String messageId, String emoji, int count, boolean me) {}

    /** In the order in which the first of each came. */
    List<Counted> of(UUID channel, Collection<String> messageIds, UUID me);

    /** How many different ones a message has. */
    int kinds(UUID channel, String messageId);

    boolean has(UUID channel, String messageId, String emoji);

    /** False: did so already. */
    boolean add(UUID channel, String messageId, UUID user, String emoji, long atMillis);

    boolean remove(UUID channel, String messageId, UUID user, String emoji);
}
