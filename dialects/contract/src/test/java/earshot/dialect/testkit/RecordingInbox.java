package earshot.dialect.testkit;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Profile;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import earshot.dialect.EngineIo;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Writes down what a conversation did with what it heard, in order. For one thread. */
public final class RecordingInbox implements Inbox {
    /** One thing that a conversation did. */
    public sealed interface Done {
        record Asked(Command command, Tag tag) implements Done {}

        record Answered(Frame frame) implements Done {}

        record Closed(CloseReason reason) implements Done {}

        record Active() implements Done {}

        record NotTaken(Rejected why) implements Done {}

        record Identified(@Nullable Profile user, String tenant, Set<String> permissions, String tokenId)
                implements Done {}
    }

    private final List<Done> all = new ArrayList<>();
    private final List<Awaited<?>> awaited = new ArrayList<>();
    private Session session;
    private boolean identified;

    /** What a conversation that asks hears of its link. */
    public EngineIo.Transport transport = EngineIo.Transport.WEBSOCKET;

    public boolean writable = true;

    private record Awaited<T extends @Nullable Object>(CompletableFuture<T> stage, Then<T> then) {
        void goOn(Inbox inbox) {
            Throwable failure = stage.isCompletedExceptionally() ? stage.exceptionNow() : null;
            then.onDone(failure == null ? stage.join() : null, failure, inbox);
        }
    }

    /** For a conversation that never says who it is. */
    public RecordingInbox() {
        this(Samples.session("nobody", "", null, Set.of()));
    }

    /** @param session with which the conversation was made */
    public RecordingInbox(Session session) {
        this.session = session;
    }

    /** As it was identified. */
    public Session session() {
        return session;
    }

    /** Gives what was waited for, as far as it is known by now, as the gateway does in a later turn. False: there was nothing. */
    public boolean goOn() {
        List<Awaited<?>> known = awaited.stream().filter(a -> a.stage.isDone()).toList();
        awaited.removeAll(known);
        known.forEach(a -> a.goOn(this));
        return !known.isEmpty();
    }

    @Override
    public void ask(Command command, Tag tag) {
        all.add(new Done.Asked(command, tag));
    }

    @Override
    public void answer(Frame frame) {
        all.add(new Done.Answered(frame));
    }

    @Override
    public void answer(List<Frame> message) {
        message.forEach(this::answer);
    }

    @Override
    public Session identify(@Nullable Profile user, String tenant, Set<String> permissions, String tokenId) {
        if (identified) return session;
        identified = true;
        all.add(new Done.Identified(user, tenant, permissions, tokenId));
        session = session.identified(user, tenant, permissions, tokenId);
        return session;
    }

    @Override
    public <T extends @Nullable Object> void when(CompletionStage<T> stage, Then<T> then) {
        awaited.add(new Awaited<>(stage.toCompletableFuture(), then));
    }

    @Override
    public EngineIo.Transport transport() {
        return transport;
    }

    @Override
    public boolean isWritable() {
        return writable;
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
