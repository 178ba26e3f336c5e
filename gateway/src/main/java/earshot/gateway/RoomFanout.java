package earshot.gateway;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.RoomId;
import earshot.core.room.RoomAudience;
import earshot.core.session.Session;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A room's side of the fan-out: renders each event once per flavor in use and says to each loop with members what happened, in order.
 * Confined to the room's loop; the crowds that it names live on theirs.
 */
final class RoomFanout implements RoomAudience {
    private final RoomId room;
    private final SessionLoop here;
    private final @Nullable Crowd[] crowds;
    private final int[] members;
    private final FlavorUse use = new FlavorUse();
    private @Nullable Run open;

    RoomFanout(RoomId room, SessionLoop here, int loops) {
        this.room = room;
        this.here = here;
        this.crowds = new Crowd[loops];
        this.members = new int[loops];
    }

    @Override
    public void add(Session session, JoinOptions options) {
        assert here.isCurrent();
        int target = session.home().index();
        Language.Flavor flavor =
                here.language(session.dialect()).flavor(options.variant(), WireForm.at(session.packing()));
        use.add(session.id(), flavor);
        members[target]++;
        Crowd crowd = crowd(target);
        Run run = open;
        int told = run == null ? 0 : run.count();
        boolean filtered = options.filtered();
        here.say(target, at -> {
            crowd.reach(run, told);
            at.sessions().withSession(session.id(), to -> crowd.add(to, flavor, filtered));
        });
    }

    private Crowd crowd(int target) {
        Crowd crowd = crowds[target];
        if (crowd == null) {
            crowd = new Crowd(room, here.peer(target));
            crowds[target] = crowd;
        }
        return crowd;
    }

    @Override
    public void remove(Session session) {
        assert here.isCurrent();
        int target = session.home().index();
        use.remove(session.id(), here.language(session.dialect()), WireForm.at(session.packing()));
        members[target]--;
        Crowd crowd = crowd(target);
        here.say(target, at -> at.sessions().withSession(session.id(), crowd::remove));
    }

    @Override
    public void tell(Event event, Audience audience) {
        assert here.isCurrent();
        switch (audience) {
            case Audience.All _ -> tellAll(event, null);
            case Audience.AllButSession but ->
                tellAll(event, (at, to) -> at.sessions().withSession(but.session(), to));
            case Audience.AllButUser but ->
                tellAll(event, (at, to) -> at.sessions().withUser(but.user(), to));
            case Audience.OneSession one ->
                tellSome(event, (at, to) -> at.sessions().withSession(one.session(), to));
            case Audience.OneUser one ->
                tellSome(event, (at, to) -> at.sessions().withUser(one.user(), to));
        }
    }

    private void tellAll(Event event, @Nullable Chosen but) {
        Run run = openRun();
        int index = run.tell(event, use, here.encoder());
        if (index < 0) return;
        for (int target = 0; target < members.length; target++) {
            Crowd crowd = crowds[target];
            if (members[target] == 0 || crowd == null) continue;
            here.say(target, at -> {
                if (but != null) but.each(at, crowd::bringUpToDate);
                crowd.tell(run, index);
                if (but != null) but.each(at, crowd::passOver);
            });
        }
    }

    private Run openRun() {
        Run run = open;
        if (run != null) return run;
        run = new Run();
        open = run;
        here.opened(this);
        return run;
    }

    /** Not part of the run: it would split the bytes of everybody else. */
    private void tellSome(Event event, Chosen some) {
        var alone = new Run();
        if (alone.tell(event, use, here.encoder()) < 0) return;
        for (int target = 0; target < members.length; target++) {
            Crowd crowd = crowds[target];
            if (members[target] == 0 || crowd == null) continue;
            here.say(target, at -> some.each(at, to -> crowd.tellAlone(to, alone)));
        }
    }

    /** The turn is over: what was told goes out, and is not added to any more. */
    void seal() {
        open = null;
    }

    @Override
    public void close() {
        assert here.isCurrent();
    }

    /** Sessions that an audience names, as far as they live on the loop that asks. */
    @FunctionalInterface
    private interface Chosen {
        void each(SessionLoop at, Consumer<ClientSession> to);
    }
}
