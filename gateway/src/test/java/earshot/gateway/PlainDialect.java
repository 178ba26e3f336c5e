package earshot.gateway;

import earshot.core.history.Retention;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Session;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.EngineIo;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.dialect.Inbox;
import earshot.dialect.Places;
import java.io.DataInput;
import java.io.DataOutput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Says what it is told: variant 0 as text, 1 as binary, 2 as two text frames, 3 as a text and a binary frame, with how far other rooms were heard before
 * the first one's end. Counts how often it had to render.
 */
final class PlainDialect implements Dialect {
    final java.util.concurrent.atomic.AtomicInteger encodings = new java.util.concurrent.atomic.AtomicInteger();
    private final String name;
    volatile long idleMillis = 1_000;

    private final EngineIo engine;

    PlainDialect(String name) {
        this(name, null);
    }

    /** @param engine null: by a WebSocket of its own */
    PlainDialect(String name, EngineIo engine) {
        this.name = name;
        this.engine = engine;
    }

    @Override
    public EngineIo engineIo() {
        return engine;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Frame> encode(Event event, int variant) {
        encodings.incrementAndGet();
        String text = switch (event) {
            case KeptEvent.MessagePosted p -> p.message().text();
            case Event.Relayed r -> new String(r.payload(), StandardCharsets.UTF_8);
            case Event.Notified n -> n.text();
            default -> throw new IllegalStateException("a bug of this dialect");
        };
        return frames(text, variant);
    }

    static List<Frame> frames(String text, int variant) {
        return switch (variant) {
            case 0 -> List.of(Frame.text(text));
            case 1 -> List.of(Frame.binary(text.getBytes(StandardCharsets.UTF_8)));
            case 3 -> List.of(Frame.text(text + ";"), Frame.binary(new byte[] {'+'}));
            default -> List.of(Frame.text(text + "<"), Frame.text(text + ">"));
        };
    }

    @Override
    public Places places(int variant) {
        return variant == 3 ? PLACES : null;
    }

    private static final Places PLACES = new Places() {
        @Override
        public int bytesBehind() {
            return 1;
        }

        @Override
        public int most() {
            return 3;
        }

        @Override
        public byte[] mark(RoomId room) {
            return ("." + room.name() + "=").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int write(Position heard, byte[] to, int at) {
            byte[] number = Long.toString(heard.offset()).getBytes(StandardCharsets.UTF_8);
            System.arraycopy(number, 0, to, at, number.length);
            return at + number.length;
        }

        @Override
        public byte[] more() {
            return new byte[] {'?'};
        }
    };

    @Override
    public Farewell farewell(CloseReason reason) {
        return reason == CloseReason.KICKED ? Farewell.closeFrame(4000, "out") : new Farewell.Cut();
    }

    @Override
    public LinkLimits limits() {
        return new LinkLimits(1 << 20, idleMillis, 0, true);
    }

    /** Answers each reply with its tag; {@code hush X} makes it deaf for texts with X. */
    static final class PlainConversation implements Conversation {
        private final int variant;
        private String hushed = "\n";

        PlainConversation(int variant) {
            this.variant = variant;
        }

        @Override
        public void opened(Inbox inbox) {}

        @Override
        public void decode(Frame frame, Inbox inbox) {
            inbox.active();
            String text = frame.asText();
            switch (text.substring(0, Math.min(4, text.length()))) {
                case "ask " ->
                    inbox.ask(
                            new earshot.core.message.Command.Leave(
                                    new earshot.core.message.RoomId("plain", "", text.substring(4))),
                            new Tag(0, text.substring(4)));
                case "hush" -> hushed = text.substring(5);
                case "fail" -> throw new IllegalStateException("asked to fail");
                case "deep" -> deep(1);
                case "nope" -> inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
                case "quit" -> inbox.close(CloseReason.CLIENT_LEFT);
                default -> frames("echo " + text, variant).forEach(inbox::answer);
            }
        }

        private static int deep(int n) {
            return n == 0 ? 0 : deep(n + 1) + 1;
        }

        @Override
        public void onReply(Tag tag, Reply reply, Inbox inbox) {
            if (tag.kind() == 0) frames(tag.text(), variant).forEach(inbox::answer);
        }

        @Override
        public void onAway(boolean away, Inbox inbox) {
            frames(away ? "away" : "back", variant).forEach(inbox::answer);
        }

        @Override
        public int variant() {
            return variant;
        }

        @Override
        public boolean hears(Event event) {
            return !(event instanceof Event.Relayed r
                    && new String(r.payload(), StandardCharsets.UTF_8).contains(hushed));
        }

        @Override
        public void fault(Inbox inbox) {
            frames("sorry", variant).forEach(inbox::answer);
        }

        @Override
        public void freeze(DataOutput out) {}
    }

    @Override
    public boolean claims(HandshakeRequest request) {
        return false;
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        return HttpResponse.text(problem.status(), problem.code());
    }

    @Override
    public RoomRules rules() {
        return new RoomRules(100, Retention.EVERYTHING, 0, 0, false, 0, 0, false, false);
    }

    @Override
    public Gatekeeper gatekeeper() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<HttpRoute> routes() {
        return List.of();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) {
        return new PlainConversation(0);
    }
}
