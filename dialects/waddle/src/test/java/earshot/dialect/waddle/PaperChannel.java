package earshot.dialect.waddle;

import static earshot.dialect.waddle.Fixture.ROOM;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.MessageWindow;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.core.message.Reply;
import earshot.core.message.RoomSnapshot;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.testkit.Samples;
import earshot.dialect.testkit.WebSocketInbox;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * A server on paper: one channel, the real dialect, and a wire per client on which frames take their time. What core promises (a session's
 * commands in their order, one point for snapshot and stream, told before answered) is all that it does. Every step is one frame or one
 * command of one wire, chosen at random.
 */
final class PaperChannel implements SeedClient.Network {
    final List<Message> log = new ArrayList<>();
    private final Fixture fixture;
    private final Random random;
    private final List<Link> links = new ArrayList<>();

    PaperChannel(Fixture fixture, Random random) {
        this.fixture = fixture;
        this.random = random;
    }

    @Override
    public SeedClient.Wire connect(SeedClient client) {
        Link link = new Link(client);
        links.add(link);
        return link;
    }

    /** One step of any wire; false when nothing is on its way. */
    boolean step() {
        List<Link> busy = links.stream().filter(Link::isBusy).toList();
        if (busy.isEmpty()) return false;
        busy.get(random.nextInt(busy.size())).step();
        return true;
    }

    void settle() {
        while (step()) {}
    }

    /** Until nothing is on its way to or from this client. */
    void settle(SeedClient client) {
        while (links.stream().anyMatch(l -> l.client == client && l.isBusy())) step();
    }

    /** The server ends the client's connection for a reason; what is on the wire is lost. */
    void end(SeedClient client, CloseReason reason) {
        links.removeIf(l -> l.client == client);
        client.onClose(fixture.dialect.farewell(reason) instanceof Farewell.CloseFrame);
    }

    private void tell(KeptEvent event) {
        List<Frame> frames = fixture.dialect.encode(event, 0);
        for (Link link : links) if (link.member) frames.forEach(f -> link.toClient.add(f.asText()));
    }

    private record Asked(Command command, Tag tag) {}

    private final class Link implements SeedClient.Wire, WebSocketInbox {
        final SeedClient client;
        boolean member;
        final Deque<String> toClient = new ArrayDeque<>();
        private final Deque<String> toServer = new ArrayDeque<>();
        private final Deque<Asked> asked = new ArrayDeque<>();
        private final Session session;
        private final Conversation conversation;

        Link(SeedClient client) {
            this.client = client;
            Admission.Accepted accepted = (Admission.Accepted) fixture.admit(Fixture.ann());
            session = Samples.session(WaddleDialect.NAME, "", accepted.user(), accepted.permissions());
            conversation = accepted.conversation().apply(session);
            conversation.opened(this);
        }

        @Override
        public void send(String frame) {
            toServer.add(frame);
        }

        boolean isBusy() {
            return !toServer.isEmpty() || !asked.isEmpty() || !toClient.isEmpty();
        }

        void step() {
            switch (random.nextInt(3)) {
                case 0 -> {
                    if (!toServer.isEmpty()) conversation.decode(Frame.text(toServer.poll()), this);
                }
                case 1 -> {
                    if (!asked.isEmpty()) run(asked.poll());
                }
                default -> {
                    if (!toClient.isEmpty()) client.onMessage(toClient.poll());
                }
            }
        }

        private void run(Asked a) {
            Reply reply = switch (a.command()) {
                case Command.Join j -> join(j);
                case Command.Publish p -> publish(p);
                case Command.ReadHistory r -> PaperLog.read(log, r);
                default -> Reply.Done.INSTANCE;
            };
            conversation.onReply(a.tag(), reply, this);
        }

        private Reply join(Command.Join j) {
            member = true;
            List<Message> newest =
                    log.subList(Math.max(0, log.size() - j.options().historyLimit()), log.size());
            MessageWindow window = new MessageWindow(newest);
            return new Reply.Joined(
                    ROOM,
                    new RoomSnapshot(
                            ROOM, new Position(1, log.size()), window, List.of(), PresenceList.EMPTY, List.of()),
                    false);
        }

        private Reply publish(Command.Publish p) {
            Draft draft = new Draft(ROOM, p.change(), session.user(), fixture.clock.millis(), p.idempotencyKey());
            KeptEvent.MessagePosted posted = (KeptEvent.MessagePosted) draft.at(new Position(1, log.size() + 1));
            log.add(posted.message());
            tell(posted);
            return new Reply.Accepted(ROOM, posted.messageId(), posted.position(), posted.timestampMillis(), false);
        }

        @Override
        public void ask(Command command, Tag tag) {
            asked.add(new Asked(command, tag));
        }

        @Override
        public void answer(Frame frame) {
            toClient.add(frame.asText());
        }

        @Override
        public void close(CloseReason reason) {
            throw new AssertionError("closed: " + reason);
        }

        @Override
        public void active() {}

        @Override
        public void rejected(Rejected why) {
            throw new AssertionError("rejected: " + why);
        }
    }
}
