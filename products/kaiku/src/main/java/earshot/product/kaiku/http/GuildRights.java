package earshot.product.kaiku.http;

import earshot.product.kaiku.GuildShape;
import earshot.product.kaiku.Membership;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.Tables;
import java.util.UUID;

/** What a member may do in a guild, as the tables say in the transaction that is about to use it. */
record GuildRights(GuildShape shape, Membership member, long permissions) {

    /** Throws {@link Refusal}: there is no such guild, or they are no member. */
    static GuildRights of(Tables tables, UUID guild, UUID user) {
        GuildShape shape = tables.guilds().shape(guild).orElseThrow(Refusal::noGuild);
        Membership member = tables.guilds().membership(guild, user).orElseThrow(Refusal::forbidden);
        return new GuildRights(shape, member, shape.permissions(member));
    }

    boolean isOwner() {
        return shape.guild().ownerId().equals(member.userId());
    }

    GuildRights needing(Permission permission) {
        if (!permission.isIn(permissions)) throw lacking(permission);
        return this;
    }

    static Refusal lacking(Permission permission) {
        return new Refusal(403, "PERMISSION_DENIED", "Missing permission: " + permission);
    }

    int rank() {
        return shape.rank(member);
    }
}
