package earshot.dialect.testkit;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Tag;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a conversation did with what it heard, in order. For one thread. */
public final class RecordingInbox implements Inbox {
    /** One thing that a conversation did. */
    public sealed interface Done {
        record Asked(Command command, Tag tag) implements Done {}

        record Answered(Frame frame) implements Done {}

        record Closed(CloseReason reason) implements Done {}

        record Active() implements Done {}

        record NotTaken(Rejected why) implements Done {}
    }

    private final List<Done> all = new ArrayList<>();

    @Override
    public void ask(Command command, Tag tag) {
        all.add(new Done.Asked(command, tag));
    }

    @Override
    public void answer(Frame frame) {
        all.add(new Done.Answered(frame));
    }

    @Override
    public void close(CloseReason reason) {
        all.add(new Done.Closed(reason));
    }

    @Override
    public void active() {
        all.add(new Done.Active());
    }

    @Override
    public void rejected(Rejected why) {
        all.add(new Done.NotTaken(why));
    }

    /** Everything since the last {@link #clear}. */
    public List<Done> all() {
        return List.copyOf(all);
    }

    public List<Done.Asked> asked() {
        return only(Done.Asked.class);
    }

    public List<Command> commands() {
        return asked().stream().map(Done.Asked::command).toList();
    }

    public List<Frame> answers() {
        return only(Done.Answered.class).stream().map(Done.Answered::frame).toList();
    }

    /** The text of every text answer. */
    public List<String> texts() {
        return answers().stream().map(Frame::asText).toList();
    }

    public List<CloseReason> closes() {
        return only(Done.Closed.class).stream().map(Done.Closed::reason).toList();
    }

    public List<Rejected> rejections() {
        return only(Done.NotTaken.class).stream().map(Done.NotTaken::why).toList();
    }

    public int answeredBytes() {
        return answers().stream().mapToInt(f -> f.bytes().length).sum();
    }

    /** The only command that was asked; fails when there were more or none. */
    public Done.Asked onlyAsked() {
        List<Done.Asked> asked = asked();
        if (asked.size() != 1) throw new AssertionError("asked: " + asked + " (expected: one)");
        return asked.get(0);
    }

    public void clear() {
        all.clear();
    }

    private <T extends Done> List<T> only(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
