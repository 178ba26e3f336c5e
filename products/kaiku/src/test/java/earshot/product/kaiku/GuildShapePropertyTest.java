package earshot.product.kaiku;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Random guilds against a model of the rules that goes permission by permission, as protocols/kaiku.md section 6 tells them. */
final class GuildShapePropertyTest {
    private static final int GUILDS = Boolean.getBoolean("earshot.long") ? 20_000 : 500;

    @Test
    void permissions_ofRandomGuilds_areThoseOfTheModel() {
        long seed = Seeds.first();
        Random random = new Random(seed);
        for (int i = 0; i < GUILDS; i++) {
            World world = World.random(random);
            for (Permission permission : Permission.values()) {
                assertThat(permission.isIn(world.shape.permissions(world.member, world.channel)))
                        .as("%s in a channel, seed %s, guild %s", permission, seed, i)
                        .isEqualTo(world.mayInChannel(permission));
                assertThat(permission.isIn(world.shape.permissions(world.member)))
                        .as("%s in the guild, seed %s, guild %s", permission, seed, i)
                        .isEqualTo(world.mayInGuild(permission));
            }
        }
    }

    @Test
    void permissions_whenTheChannelDeniesEverybody_noRoleLiftsIt() {
        World world = World.random(new Random(1));
        Role everyone = world.roles.getFirst();
        Role given = world.roles.get(1);
        var shape = new GuildShape(
                world.guild,
                world.roles,
                List.of(),
                List.of(
                        new RoleOverride(world.channel, everyone.id(), 0, Permission.VIEW_CHANNEL.bit()),
                        new RoleOverride(world.channel, given.id(), Permission.VIEW_CHANNEL.bit(), 0)));
        var member = new Membership(world.guild.id(), UUID.randomUUID(), null, 0, Set.of(given.id()));
        assertThat(Permission.VIEW_CHANNEL.isIn(shape.permissions(member, world.channel)))
                .isFalse();
    }

    @Test
    void rank_ofAMember_isThatOfTheHighestRole() {
        World world = World.random(new Random(2));
        var all = new Membership(
                world.guild.id(),
                UUID.randomUUID(),
                null,
                0,
                Set.copyOf(world.roles.stream().skip(1).map(Role::id).toList()));
        var none = new Membership(world.guild.id(), UUID.randomUUID(), null, 0, Set.of());
        assertThat(world.shape.rank(all))
                .isEqualTo(world.roles.stream()
                        .skip(1)
                        .mapToInt(Role::position)
                        .min()
                        .orElseThrow());
        assertThat(world.shape.rank(none)).isEqualTo(Integer.MAX_VALUE);
    }

    /** A guild, one of its members and one of its channels; the first role is everybody's. */
    private record World(
            Guild guild,
            List<Role> roles,
            List<RoleOverride> overrides,
            Membership member,
            UUID channel,
            GuildShape shape) {
        static World random(Random random) {
            UUID owner = new UUID(random.nextLong(), random.nextLong());
            UUID user = random.nextInt(8) == 0 ? owner : new UUID(random.nextLong(), random.nextLong());
            UUID channel = new UUID(random.nextLong(), random.nextLong());
            Guild guild = new Guild(new UUID(random.nextLong(), random.nextLong()), "g", owner, null, null, true, 0);
            List<Role> roles = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(5); i++)
                roles.add(new Role(
                        new UUID(random.nextLong(), random.nextLong()),
                        guild.id(),
                        "r" + i,
                        null,
                        some(random),
                        i,
                        i == 0,
                        0));
            List<RoleOverride> overrides = new ArrayList<>();
            for (Role role : roles) {
                if (random.nextBoolean())
                    overrides.add(new RoleOverride(channel, role.id(), some(random), some(random)));
                if (random.nextInt(4) == 0)
                    overrides.add(new RoleOverride(UUID.randomUUID(), role.id(), some(random), some(random)));
            }
            Set<UUID> given = new HashSet<>();
            for (Role role : roles) if (!role.isDefault() && random.nextBoolean()) given.add(role.id());
            // A role that was deleted meanwhile gives nothing.
            if (random.nextInt(4) == 0) given.add(UUID.randomUUID());
            Membership member = new Membership(guild.id(), user, null, 0, given);
            return new World(
                    guild, roles, overrides, member, channel, new GuildShape(guild, roles, List.of(), overrides));
        }

        private static long some(Random random) {
            long first = random.nextLong();
            return first & random.nextLong();
        }

        private boolean isOwner() {
            return guild.ownerId().equals(member.userId());
        }

        private boolean has(Role role) {
            return role.isDefault() || member.roles().contains(role.id());
        }

        boolean mayInGuild(Permission permission) {
            return isOwner() || roles.stream().anyMatch(role -> has(role) && permission.isIn(role.permissions()));
        }

        boolean mayInChannel(Permission permission) {
            if (isOwner()) return true;
            boolean may = mayInGuild(permission);
            may = decided(permission, may, false);
            return decided(permission, may, true);
        }

        /** What the overrides of given roles, or of everybody's, make of it. */
        private boolean decided(Permission permission, boolean before, boolean everybodys) {
            boolean may = before;
            boolean denied = false;
            for (Role role : roles) {
                if (role.isDefault() != everybodys || !has(role)) continue;
                for (RoleOverride each : overrides) {
                    if (!each.channelId().equals(channel) || !each.roleId().equals(role.id())) continue;
                    may |= permission.isIn(each.allow());
                    denied |= permission.isIn(each.deny());
                }
            }
            return may && !denied;
        }
    }
}
