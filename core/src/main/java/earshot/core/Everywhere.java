package earshot.core;

import earshot.core.message.CloseReason;
import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.message.Event;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.relay.Answer;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.Question;
import earshot.core.relay.SessionAge;
import earshot.core.session.Gathering;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of all nodes at once: one user's sessions may be on any of them. This node answers for itself, the others through the relay; who does
 * not answer within {@link #WITHIN} is counted as missing. Thread-safe; stages never fail.
 */
public final class Everywhere {
    public static final Duration WITHIN = Duration.ofSeconds(1);

    private final Node node;
    private final NodeRelay relay;
    private volatile Function<Question.VoiceQuestion, CompletionStage<Answer>> voice = _ -> none();

    /** @param missing nodes that did not answer: what they would have said is not in it */
    public record Counted(int count, int missing) {}

    /** @param missing nodes that did not answer: what they would have said is not in it */
    public record Listed<T>(List<T> items, int missing) {
        public Listed {
            items = List.copyOf(items);
        }
    }

    /** From now on the node answers what others ask. Once per node. */
    public Everywhere(Node node, NodeRelay relay) {
        this.node = node;
        this.relay = relay;
        relay.open(this::onAsked);
    }

    /** Who answers what is asked of voice rooms. Once; before that nobody is in one. */
    public void voice(Function<Question.VoiceQuestion, CompletionStage<Answer>> answers) {
        voice = answers;
    }

    /** Tells every session of the user. */
    public CompletionStage<Counted> notify(Event.Notified event) {
        return count(new Question.Notify(event));
    }

    /**
     * Tells the sessions whom it is for, and gathers what they answer, at most {@link Gathering#MAX_SAID} of it. Fails with
     * {@link java.util.concurrent.RejectedExecutionException} while this node has too many others under way.
     *
     * @param local sessions of this node only
     */
    public CompletionStage<Heard> emit(Emission emission, boolean local) {
        CompletionStage<Emitted> own = node.emit(emission);
        if (local || own.toCompletableFuture().isCompletedExceptionally())
            return own.thenApply(emitted -> new Heard(emitted, 0));
        CompletionStage<NodeRelay.Gathered> others =
                relay.ask(new Question.Emit(emission), emission.answersWithin().plus(WITHIN));
        return own.thenCombine(others, Everywhere::together);
    }

    /** @param missing nodes that did not answer: their sessions may have been told all the same */
    public record Heard(Emitted emitted, int missing) {}

    private static Heard together(Emitted own, NodeRelay.Gathered others) {
        int told = own.told();
        int answered = own.answered();
        List<Emitted.Said> said = new ArrayList<>(own.said());
        for (Answer answer : others.answers()) {
            if (!(answer instanceof Answer.Told theirs)) continue;
            told += theirs.emitted().told();
            answered += theirs.emitted().answered();
            said.addAll(theirs.emitted().said());
        }
        int most = Math.min(said.size(), Gathering.MAX_SAID);
        return new Heard(new Emitted(told, answered, said.subList(0, most)), others.missing());
    }

    /** Closes the user's sessions. */
    public CompletionStage<Counted> disconnect(UserId user, CloseReason reason) {
        return count(new Question.DisconnectUser(user, reason));
    }

    /** Closes one session. Its id names the node: only a session of another one is asked for. */
    public CompletionStage<Counted> disconnect(SessionId session, CloseReason reason) {
        if (session.incarnation() == node.incarnation())
            return node.disconnect(session, reason).thenApply(count -> new Counted(count, 0));
        return count(new Question.Disconnect(session, reason));
    }

    /** See {@link Node#recheck}. */
    public CompletionStage<Counted> recheck(UserId user) {
        return count(new Question.Recheck(user));
    }

    /** See {@link Node#sendBack}. */
    public CompletionStage<Counted> sendBack(RoomId room) {
        return count(new Question.SendBack(room));
    }

    /** Open rooms in the order of realm, tenant and name; sessions are added up over all nodes. */
    public CompletionStage<Listed<Answer.OpenRoom>> rooms(@Nullable RoomId after, @Nullable String realm, int limit) {
        return ask(new Question.ListRooms(after, realm, limit))
                .thenApply(heard -> new Listed<>(merged(heard.answers(), limit), heard.missing()));
    }

    private static List<Answer.OpenRoom> merged(List<Answer> answers, int limit) {
        var byName = new TreeMap<RoomId, Answer.OpenRoom>(RoomId.BY_NAME);
        for (Answer answer : answers) {
            if (!(answer instanceof Answer.Rooms rooms)) continue;
            for (Answer.OpenRoom room : rooms.rooms()) byName.merge(room.room(), room, Everywhere::together);
        }
        return byName.values().stream().limit(limit).toList();
    }

    private static Answer.OpenRoom together(Answer.OpenRoom a, Answer.OpenRoom b) {
        return new Answer.OpenRoom(a.room(), a.sessions() + b.sessions(), Math.max(a.users(), b.users()));
    }

    /** The newest sessions, newest last; of one user when given, and older than {@code before} when given. */
    public CompletionStage<Listed<Answer.Connected>> sessions(
            @Nullable UserId user, @Nullable SessionAge before, int limit) {
        return ask(new Question.ListSessions(user, before, limit))
                .thenApply(heard -> new Listed<>(newest(heard.answers(), limit), heard.missing()));
    }

    private static List<Answer.Connected> newest(List<Answer> answers, int limit) {
        List<Answer.Connected> all = new ArrayList<>();
        for (Answer answer : answers) if (answer instanceof Answer.Sessions sessions) all.addAll(sessions.sessions());
        all.sort(Comparator.comparing(Answer.Connected::age));
        return all.subList(Math.max(0, all.size() - limit), all.size());
    }

    // --- asking

    private CompletionStage<Counted> count(Question question) {
        return ask(question).thenApply(heard -> {
            int sum = 0;
            for (Answer answer : heard.answers()) if (answer instanceof Answer.Count c) sum += c.count();
            return new Counted(sum, heard.missing());
        });
    }

    private CompletionStage<NodeRelay.Gathered> ask(Question question) {
        CompletionStage<NodeRelay.Gathered> others = relay.ask(question, WITHIN);
        return onAsked(question).thenCombine(others, (own, theirs) -> {
            List<Answer> all = new ArrayList<>(theirs.answers());
            all.add(own);
            return new NodeRelay.Gathered(all, theirs.missing());
        });
    }

    /** What this node has to say. */
    private CompletionStage<Answer> onAsked(Question question) {
        return switch (question) {
            case Question.Notify q -> node.notify(q.event()).thenApply(Answer.Count::new);
            case Question.Emit q -> node.emit(q.emission()).thenApply(Answer.Told::new);
            case Question.DisconnectUser q ->
                node.disconnect(q.user(), q.reason()).thenApply(Answer.Count::new);
            case Question.Disconnect q ->
                node.disconnect(q.session(), q.reason()).thenApply(Answer.Count::new);
            case Question.Recheck q -> {
                node.recheck(q.user());
                yield none();
            }
            case Question.SendBack q -> {
                node.sendBack(q.room());
                yield none();
            }
            case Question.ListRooms q -> node.rooms().thenApply(rooms -> rooms(rooms, q));
            case Question.VoiceQuestion q -> voice.apply(q);
            case Question.ListSessions q ->
                node.sessions(q.user(), q.before(), q.limit()).thenApply(Everywhere::sessions);
        };
    }

    private static CompletionStage<Answer> none() {
        return CompletableFuture.completedStage(new Answer.Count(0));
    }

    private static Answer rooms(List<Node.RoomInfo> all, Question.ListRooms wanted) {
        return new Answer.Rooms(all.stream()
                .filter(info -> wanted.after() == null || RoomId.BY_NAME.compare(info.room(), wanted.after()) > 0)
                .filter(info -> wanted.realm() == null || info.room().realm().equals(wanted.realm()))
                .limit(wanted.limit())
                .map(info -> new Answer.OpenRoom(info.room(), info.sessions(), info.users()))
                .toList());
    }

    private static Answer sessions(List<Node.SessionInfo> found) {
        return new Answer.Sessions(found.stream().map(Everywhere::connected).toList());
    }

    private static Answer.Connected connected(Node.SessionInfo info) {
        var session = info.session();
        return new Answer.Connected(
                session.id(),
                session.dialect(),
                session.tenant(),
                session.user(),
                session.connectedMillis(),
                session.remote(),
                session.tokenId(),
                info.rooms());
    }
}
