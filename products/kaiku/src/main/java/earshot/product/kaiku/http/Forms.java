package earshot.product.kaiku.http;

import earshot.product.kaiku.Channel;
import earshot.product.kaiku.Friendship;
import earshot.product.kaiku.Guild;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Role;
import earshot.product.kaiku.RoleOverride;
import earshot.product.kaiku.store.ChannelTable;
import earshot.product.kaiku.store.GuildTable;
import earshot.product.kaiku.store.InviteTable.Invite;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** How things look in answers; the members and their order are the original's. */
final class Forms {
    private Forms() {}

    static ObjectNode profile(Person person, String status) {
        return Answers.object()
                .put("id", person.id().toString())
                .put("username", person.username())
                .put("display_name", person.displayName())
                .put("email", person.email())
                .put("avatar_url", person.avatarUrl())
                .put("status", status)
                .put("mfa_enabled", false);
    }

    /** As others see somebody: without the address. */
    static ObjectNode user(Person person, String status) {
        return Answers.object()
                .put("id", person.id().toString())
                .put("username", person.username())
                .put("display_name", person.displayName())
                .put("avatar_url", person.avatarUrl())
                .put("status", status);
    }

    static ObjectNode guild(Guild guild) {
        return Answers.object()
                .put("id", guild.id().toString())
                .put("name", guild.name())
                .put("owner_id", guild.ownerId().toString())
                .put("icon_url", guild.iconUrl())
                .put("description", guild.description())
                .put("threads_enabled", guild.threadsEnabled())
                .put("created_at", Answers.time(guild.createdMillis()));
    }

    static ObjectNode guild(GuildTable.Counted counted) {
        return guild(counted.guild()).put("member_count", counted.members());
    }

    static ObjectNode member(GuildTable.Member member, String status) {
        Person person = member.person();
        ObjectNode form = Answers.object()
                .put("user_id", person.id().toString())
                .put("username", person.username())
                .put("display_name", person.displayName())
                .put("avatar_url", person.avatarUrl())
                .put("nickname", member.membership().nickname())
                .put("joined_at", Answers.time(member.membership().joinedMillis()))
                .put("status", status);
        form.putNull("last_seen_at");
        var roles = form.putArray("roles");
        member.membership().roles().forEach(role -> roles.add(role.toString()));
        return form;
    }

    static ObjectNode role(Role role) {
        return Answers.object()
                .put("id", role.id().toString())
                .put("guild_id", role.guildId().toString())
                .put("name", role.name())
                .put("color", role.color())
                .put("permissions", role.permissions())
                .put("position", role.position())
                .put("is_default", role.isDefault())
                .put("created_at", Answers.time(role.createdMillis()));
    }

    static ObjectNode override(RoleOverride override) {
        // The original's rows have an id of their own; here a channel and a role are one.
        return Answers.object()
                .put("id", override.roleId().toString())
                .put("channel_id", override.channelId().toString())
                .put("role_id", override.roleId().toString())
                .put("allow_permissions", override.allow())
                .put("deny_permissions", override.deny());
    }

    static ObjectNode channel(Channel channel) {
        ObjectNode form = Answers.object()
                .put("id", channel.id().toString())
                .put("name", channel.name())
                .put("channel_type", channel.type().word());
        form.putNull("category_id");
        form.put(
                        "guild_id",
                        channel.guildId() == null ? null : channel.guildId().toString())
                .put("topic", channel.topic())
                .put("user_limit", channel.userLimit())
                .put("position", channel.position())
                .put("max_screen_shares", channel.maxScreenShares());
        form.putNull("icon_url");
        return form.put("created_at", Answers.time(channel.createdMillis()));
    }

    static ObjectNode participant(ChannelTable.Participant participant) {
        Person person = participant.person();
        return Answers.object()
                .put("user_id", person.id().toString())
                .put("username", person.username())
                .put("display_name", person.displayName())
                .put("avatar_url", person.avatarUrl())
                .put("joined_at", Answers.time(participant.joinedMillis()));
    }

    /** A DM in lists: the channel's members and what is said beside them, in one object. */
    static ObjectNode dm(Channel channel, List<ChannelTable.Participant> participants) {
        ObjectNode form = channel(channel);
        form.set("participants", Answers.array(participants, Forms::participant));
        return form;
    }

    static ObjectNode friendship(Friendship friendship) {
        return Answers.object()
                .put("id", friendship.id().toString())
                .put("requester_id", friendship.requesterId().toString())
                .put("addressee_id", friendship.addresseeId().toString())
                .put("status", friendship.state().word())
                .put("created_at", Answers.time(friendship.createdMillis()))
                .put("updated_at", Answers.time(friendship.updatedMillis()));
    }

    static ObjectNode invite(Invite invite) {
        return Answers.object()
                .put("id", invite.id().toString())
                .put("guild_id", invite.guildId().toString())
                .put("code", invite.code())
                .put("created_by", invite.createdBy().toString())
                .put("expires_at", Answers.maybeTime(invite.expiresMillis()))
                .put("use_count", invite.useCount())
                .put("created_at", Answers.time(invite.createdMillis()));
    }
}
