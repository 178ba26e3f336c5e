package earshot.product.kaiku.store;

import earshot.product.kaiku.Channel;
import earshot.product.kaiku.Person;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Channels of guilds, DMs, and who takes part in those. See {@link Tables}. */
public interface ChannelTable {
    record Participant(Person person, long joinedMillis) {}

    Optional<Channel> find(UUID id);

    /** In their order. */
    List<Channel> ofGuild(UUID guild);

    /** @param tag see {@link earshot.product.kaiku.MessageIds} */
    List<UUID> tagged(int tag);

    /** False: the id is taken. */
    boolean insert(Channel channel, int tag);

    void update(Channel channel);

    boolean delete(UUID id);

    Set<UUID> participantIds(UUID dm);

    /** In the order of their joining. */
    List<Participant> participants(UUID dm);

    /** False: takes part already. */
    boolean addParticipant(UUID dm, UUID user, long joinedMillis);

    boolean removeParticipant(UUID dm, UUID user);

    /** The conversation of just these two. */
    Optional<Channel> pair(UUID one, UUID other);

    /** The latest changed first. */
    List<Channel> dmsOf(UUID user);
}
