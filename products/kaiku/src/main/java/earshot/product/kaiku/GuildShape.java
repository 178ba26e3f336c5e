package earshot.product.kaiku;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A guild with all that decides who may do what in it, but for who its members are. Immutable. */
public final class GuildShape {
    private final Guild guild;
    private final Map<UUID, Role> roles;
    private final List<Channel> channels;
    private final Map<UUID, List<RoleOverride>> overrides;
    private final @Nullable Role everyone;

    /** @param channels in their order */
    public GuildShape(Guild guild, List<Role> roles, List<Channel> channels, List<RoleOverride> overrides) {
        this.guild = guild;
        this.roles = roles.stream().collect(Collectors.toUnmodifiableMap(Role::id, Function.identity()));
        this.channels = List.copyOf(channels);
        this.overrides = Map.copyOf(overrides.stream().collect(Collectors.groupingBy(RoleOverride::channelId)));
        this.everyone = roles.stream().filter(Role::isDefault).findFirst().orElse(null);
    }

    public Guild guild() {
        return guild;
    }

    public List<Channel> channels() {
        return channels;
    }

    public Optional<Role> role(UUID id) {
        return Optional.ofNullable(roles.get(id));
    }

    /** What a member may do in the guild as such. */
    public long permissions(Membership member) {
        return permissions(member, List.of());
    }

    /** What a member may do in one of its channels. */
    public long permissions(Membership member, UUID channel) {
        return permissions(member, overrides.getOrDefault(channel, List.of()));
    }

    /**
     * protocols/kaiku.md section 6: everybody's role, or with all that were given; then what the channel says of the given ones, denials last; then what it
     * says of everybody, denials last, so that nothing lifts what a channel denies to everybody. The owner may do everything.
     */
    private long permissions(Membership member, List<RoleOverride> inChannel) {
        if (guild.ownerId().equals(member.userId())) return Permission.ALL;
        long bits = everyone == null ? 0 : everyone.permissions();
        for (UUID id : member.roles()) {
            Role role = roles.get(id);
            if (role != null) bits |= role.permissions();
        }
        return overridden(bits, member, inChannel) & Permission.ALL;
    }

    private long overridden(long from, Membership member, List<RoleOverride> inChannel) {
        long allow = 0;
        long deny = 0;
        long allowAll = 0;
        long denyAll = 0;
        for (RoleOverride each : inChannel) {
            if (everyone != null && each.roleId().equals(everyone.id())) {
                allowAll |= each.allow();
                denyAll |= each.deny();
            } else if (member.roles().contains(each.roleId())) {
                allow |= each.allow();
                deny |= each.deny();
            }
        }
        return (((from | allow) & ~deny) | allowAll) & ~denyAll;
    }

    /** The rank of a member's highest role, as {@link Role#position} counts; the largest number without one, the smallest for the owner. */
    public int rank(Membership member) {
        if (guild.ownerId().equals(member.userId())) return Integer.MIN_VALUE;
        return member.roles().stream()
                .map(roles::get)
                .filter(role -> role != null)
                .mapToInt(Role::position)
                .min()
                .orElse(Integer.MAX_VALUE);
    }
}
