package earshot.product.kaiku.store;

import earshot.product.kaiku.Guild;
import earshot.product.kaiku.GuildShape;
import earshot.product.kaiku.Membership;
import earshot.product.kaiku.Person;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Guilds and their members. See {@link Tables}. */
public interface GuildTable {
    record Counted(Guild guild, long members) {}

    record Member(Person person, Membership membership) {}

    Optional<Guild> find(UUID id);

    /** With roles, channels and overrides. */
    Optional<GuildShape> shape(UUID id);

    /** In the order of their making. */
    List<Counted> ofMember(UUID user);

    /** False: the id is taken. */
    boolean insert(Guild guild);

    void update(Guild guild);

    /** With everything that belongs to it. */
    boolean delete(UUID id);

    Optional<Membership> membership(UUID guild, UUID user);

    /** By user id, after the given one; null: from the first. */
    List<Member> members(UUID guild, @Nullable UUID after, int limit);

    long countMembers(UUID guild);

    /** False: is one already. Roles are not written. */
    boolean addMember(Membership membership);

    /** False: was none. Roles go too. */
    boolean removeMember(UUID guild, UUID user);

    void setNickname(UUID guild, UUID user, @Nullable String nickname);
}
