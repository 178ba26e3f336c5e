package earshot.dialect.summit;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.dialect.Inbox;
import java.util.HashSet;
import java.util.Set;

/** How a client whose token is good comes into a namespace: anew, or back to what it had before its connection was lost. Belongs to its conversation. */
final class Arrivals {
    private final SummitDialect.Parts parts;
    private final Connecting connecting;
    private final Answers answers;
    private final Sockets sockets;
    /** Namespaces whose client comes back, while it is found out to what. */
    private final Set<String> returning = new HashSet<>(0);
    /** Whether what all nodes share does not answer, which whoever comes in hears behind the greeting. */
    private boolean away;

    Arrivals(SummitConversation.Services services, Sockets sockets) {
        this.parts = services.parts();
        this.connecting = services.connecting();
        this.answers = services.answers();
        this.sockets = sockets;
    }

    boolean isUnderWay(String namespace) {
        return returning.contains(namespace);
    }

    int underWay() {
        return returning.size();
    }

    boolean isAway() {
        return away;
    }

    void isAway(boolean now) {
        away = now;
    }

    void arrive(Heard.Connect connect, Identity is, Inbox inbox) {
        String pid = connect.auth().string("pid");
        String offset = connect.auth().string("offset");
        if (pid == null || offset == null || !parts.config().recovery().enabled()) {
            begin(connect.namespace(), is, inbox);
            return;
        }
        returning.add(connect.namespace());
        inbox.when(parts.recovery().plan(pid, offset, is, connect.namespace()), (plan, _, later) -> {
            returning.remove(connect.namespace());
            if (plan == null || plan.isEmpty()) begin(connect.namespace(), is, later);
            else comeBack(pid, plan.get(), is, later);
        });
    }

    private void begin(String namespace, Identity is, Inbox inbox) {
        NamespaceSocket socket = connecting.fresh(namespace);
        sockets.add(socket, is);
        sockets.open(socket, is);
        connecting.greet(socket, is, inbox);
        if (away) inbox.answer(ServerEvents.service(namespace, false));
    }

    /** The rooms first: what was missed is sent before the client is told that it is connected, as the reference does. */
    private void comeBack(String pid, Recovery.Plan plan, Identity is, Inbox inbox) {
        NamespaceSocket socket =
                new NamespaceSocket(plan.lost().namespace(), plan.lost().sid(), pid).resumedAt(plan.heard());
        socket.show(plan.lost().status());
        sockets.add(socket, is);
        for (int i = 0; i < plan.after().size(); i++) {
            Lost.Place place = plan.lost().places().get(i);
            socket.returnTo(place, plan.after().get(i));
            int variant = socket.variant(place.spelling()).number();
            JoinOptions options =
                    new JoinOptions(variant, false, false, 0, plan.after().get(i));
            inbox.ask(
                    new Command.Join(place.room(), options),
                    TagText.of(Requests.RETURN, socket.sid, Packets.NO_ACK, place.name()));
        }
        if (!socket.isReturning()) welcomeBack(socket, is, inbox);
    }

    /** One of its rooms has answered. */
    void onReturned(Tag tag, Reply reply, NamespaceSocket socket, Identity is, Inbox inbox) {
        if (reply instanceof Reply.Joined joined) {
            RoomPlace place = socket.place(joined.room());
            if (!joined.recovered() || place == null) {
                // The log went back since it was asked. What was said already cannot be taken back: the client comes
                // again, and begins anew.
                sockets.remove(socket, is);
                inbox.close(CloseReason.DRAINING);
                return;
            }
            answers.missed(joined, place, socket, inbox);
            socket.returned(null);
        } else {
            socket.returned(TagText.read(tag, 3).field(2));
        }
        if (!socket.isReturning()) welcomeBack(socket, is, inbox);
    }

    private void welcomeBack(NamespaceSocket socket, Identity is, Inbox inbox) {
        connecting.greetAgain(socket, is, inbox);
        if (away) inbox.answer(ServerEvents.service(socket.namespace, false));
        sockets.open(socket, is);
    }
}
