package earshot.product.kaiku.sql;

import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.ChannelTable;
import earshot.product.kaiku.store.FriendshipTable;
import earshot.product.kaiku.store.GuildTable;
import earshot.product.kaiku.store.InviteTable;
import earshot.product.kaiku.store.LoginTable;
import earshot.product.kaiku.store.PeopleTable;
import earshot.product.kaiku.store.ReactionTable;
import earshot.product.kaiku.store.ReadTable;
import earshot.product.kaiku.store.RoleTable;
import earshot.product.kaiku.store.Tables;
import java.util.function.Consumer;

/** All tables over one transaction. */
record TablesInSql(Sql sql, Consumer<Change> news) implements Tables {
    @Override
    public PeopleTable people() {
        return new SqlPeople(sql);
    }

    @Override
    public GuildTable guilds() {
        return new SqlGuilds(sql);
    }

    @Override
    public RoleTable roles() {
        return new SqlRoles(sql);
    }

    @Override
    public ChannelTable channels() {
        return new SqlChannels(sql);
    }

    @Override
    public FriendshipTable friendships() {
        return new SqlFriendships(sql);
    }

    @Override
    public LoginTable logins() {
        return new SqlLogins(sql);
    }

    @Override
    public InviteTable invites() {
        return new SqlInvites(sql);
    }

    @Override
    public ReadTable reads() {
        return new SqlReads(sql);
    }

    @Override
    public ReactionTable reactions() {
        return new SqlReactions(sql);
    }

    @Override
    public void changed(Change change) {
        news.accept(change);
    }
}
