package earshot.product.kaiku;

import java.util.UUID;

/**
 * What a channel changes for who has a role; for the role of everybody: for everybody.
 *
 * @param allow bits that it gives
 * @param deny bits that it takes; where both say something, deny wins
 */
public record RoleOverride(UUID channelId, UUID roleId, long allow, long deny) {}
