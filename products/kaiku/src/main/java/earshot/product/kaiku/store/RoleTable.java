package earshot.product.kaiku.store;

import earshot.product.kaiku.Role;
import earshot.product.kaiku.RoleOverride;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Roles, who has them, and what channels override. See {@link Tables}. */
public interface RoleTable {
    Optional<Role> find(UUID guild, UUID id);

    /** The highest rank first. */
    List<Role> of(UUID guild);

    /** False: the id is taken. */
    boolean insert(Role role);

    void update(Role role);

    boolean delete(UUID guild, UUID id);

    /** False: has it already. */
    boolean give(UUID guild, UUID user, UUID role);

    /** False: had it not. */
    boolean take(UUID guild, UUID user, UUID role);

    List<RoleOverride> overrides(UUID channel);

    void putOverride(RoleOverride override);

    boolean deleteOverride(UUID channel, UUID role);
}
