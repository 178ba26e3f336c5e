package earshot.engine.sql;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who hears of changes in tables. Thread-safe. What a follower throws is a bug of its own, said and survived. */
public final class Followers {
    private static final System.Logger LOG = System.getLogger(Followers.class.getName());

    private final List<SqlTables.Follower> all = new CopyOnWriteArrayList<>();

    public void add(SqlTables.Follower follower) {
        all.add(follower);
    }

    public void tell(List<String> news) {
        for (String text : news) each(follower -> follower.onNews(text));
    }

    public void tellGap() {
        each(SqlTables.Follower::onGap);
    }

    private void each(Consumer<SqlTables.Follower> say) {
        for (SqlTables.Follower follower : all) {
            try {
                say.accept(follower);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a follower of changes in tables failed", e);
            }
        }
    }
}
