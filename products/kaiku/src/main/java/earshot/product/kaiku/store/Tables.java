package earshot.product.kaiku.store;

/** All tables, in one transaction. Valid, and confined to its thread, until the function that it was given to ends. Methods block. */
public interface Tables {
    PeopleTable people();

    GuildTable guilds();

    RoleTable roles();

    ChannelTable channels();

    FriendshipTable friendships();

    LoginTable logins();

    InviteTable invites();

    ReadTable reads();

    ReactionTable reactions();

    /** Says what else than rows this transaction changes for those who remember. */
    void changed(Change change);
}
