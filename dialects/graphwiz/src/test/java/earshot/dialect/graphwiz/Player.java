package earshot.dialect.graphwiz;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import earshot.dialect.Frame;
import earshot.dialect.graphwiz.wire.Wire.ClientHello;
import earshot.dialect.graphwiz.wire.Wire.EntitySnapshot;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PlayerSnapshot;
import earshot.dialect.graphwiz.wire.Wire.PositionUpdate;
import earshot.dialect.graphwiz.wire.Wire.Vector3;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client of either framing that believes what it hears: who is here, what stands where. It changes only what is its own, so that what it does itself can be
 * compared with what others see.
 */
final class Player implements XrNode.Client {
    private static final AtomicLong MESSAGES = new AtomicLong();

    final String name;
    final Framing framing;
    final TreeSet<String> players = new TreeSet<>();
    final Map<String, Thing> things = new TreeMap<>();
    final List<String> chats = new ArrayList<>();
    final List<Integer> types = new ArrayList<>();
    int closed = -1;
    /** It has heard who and what is there. */
    private boolean greeted;

    private final XrNode node;
    private XrNode.Line line;

    /** What stands where; compared by what it says. */
    static final class Thing {
        final Map<String, String> components = new TreeMap<>();
        float x;

        @Override
        public String toString() {
            return components + "@" + x;
        }
    }

    Player(XrNode node, String name, Framing framing) {
        this.node = node;
        this.name = name;
        this.framing = framing;
    }

    /** True: it was let in. */
    boolean connect() {
        return connect("");
    }

    boolean connect(String more) {
        closed = -1;
        greeted = false;
        line = node.connect("user_id=" + name + "&client_id=" + name + more, this);
        if (line == null) return false;
        say(
                Types.CLIENT_HELLO,
                message(Types.CLIENT_HELLO)
                        .setClientHello(ClientHello.newBuilder().setClientId(name)));
        return true;
    }

    boolean isConnected() {
        return line != null && closed < 0;
    }

    boolean isGreeted() {
        return greeted;
    }

    void cut() {
        line.cut();
        line = null;
    }

    // --- saying

    static Message.Builder message(int type) {
        return Codec.begin(type, "m-" + MESSAGES.incrementAndGet(), 1);
    }

    void say(int type, Message.Builder message) {
        line.send(Codec.frame(framing, type, message.build()));
    }

    void chat(String text) {
        var chat = message(Types.CHAT);
        chat.getChatMessageBuilder().setMessage(text);
        say(Types.CHAT, chat);
    }

    void spawn(String id, String color) {
        var spawn = message(Types.SPAWN);
        spawn.getEntitySpawnBuilder().setEntityId(id).setTemplateId("cube").putComponents("color", color);
        say(Types.SPAWN, spawn);
        Thing thing = new Thing();
        thing.components.put("color", color);
        things.put(id, thing);
    }

    void update(String id, int hp) {
        var update = message(Types.UPDATE);
        update.getEntityUpdateBuilder()
                .setEntityId(id)
                .putComponents("hp", ByteString.copyFromUtf8(Integer.toString(hp)));
        say(Types.UPDATE, update);
        Thing thing = things.get(id);
        if (thing != null) thing.components.put("hp", Integer.toString(hp));
    }

    void move(String id, float x) {
        var move = message(Types.POSITION)
                .setPositionUpdate(PositionUpdate.newBuilder()
                        .setEntityId(id)
                        .setPosition(Vector3.newBuilder().setX(x)));
        say(Types.POSITION, move);
        Thing thing = things.get(id);
        if (thing != null) thing.x = x;
    }

    void despawn(String id) {
        var despawn = message(Types.DESPAWN);
        despawn.getEntityDespawnBuilder().setEntityId(id);
        say(Types.DESPAWN, despawn);
        things.remove(id);
    }

    // --- hearing

    @Override
    public void onClose(int code) {
        closed = code;
        line = null;
    }

    @Override
    public void onFrame(Frame frame) {
        if (frame.kind() == Frame.Kind.TEXT) {
            // The hello of who reads hub frames: the rest follows as if it happened now.
            types.add(Types.SERVER_HELLO);
            forget();
            return;
        }
        if (framing == Framing.HUB) onHub(frame.bytes());
        else onProtobuf(frame.bytes());
    }

    private void forget() {
        greeted = true;
        players.clear();
        things.clear();
    }

    private void onHub(byte[] frame) {
        HubFrame head = HubFrame.of(frame);
        types.add(head.type());
        if (head.type() == Types.JOIN || head.type() == Types.LEAVE) {
            Map<String, Object> json = Json.object(Json.read(frame, head.payloadAt(), frame.length - head.payloadAt()));
            boolean left = ((Json.Num) json.get("eventType")).value() == 1;
            here((String) json.get("clientId"), !left);
        } else {
            Heard heard = Codec.binary(frame, Framing.HUB);
            on(heard.type(), heard.message());
        }
    }

    private void onProtobuf(byte[] frame) {
        try {
            Message message = Message.parseFrom(frame);
            int type = Types.of(message);
            types.add(type);
            on(type, message);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private void here(String clientId, boolean here) {
        if (here) players.add(clientId);
        else players.remove(clientId);
    }

    private void on(int type, Message m) {
        switch (m.getPayloadCase()) {
            case SERVER_HELLO -> {
                forget();
                for (PlayerSnapshot p : m.getServerHello().getInitialState().getPlayersList())
                    players.add(p.getClientId());
                for (EntitySnapshot e : m.getServerHello().getInitialState().getEntitiesList()) {
                    Thing thing = new Thing();
                    thing.components.putAll(e.getComponentsMap());
                    thing.x = e.getPosition().getX();
                    things.put(e.getId(), thing);
                }
            }
            case ENTITY_SPAWN -> {
                Thing thing = new Thing();
                thing.components.putAll(m.getEntitySpawn().getComponentsMap());
                things.put(m.getEntitySpawn().getEntityId(), thing);
            }
            case ENTITY_UPDATE -> {
                Thing thing = things.get(m.getEntityUpdate().getEntityId());
                if (thing != null)
                    m.getEntityUpdate()
                            .getComponentsMap()
                            .forEach((name, bytes) -> thing.components.put(name, bytes.toStringUtf8()));
            }
            case ENTITY_DESPAWN -> things.remove(m.getEntityDespawn().getEntityId());
            case POSITION_UPDATE -> {
                Thing thing = things.get(m.getPositionUpdate().getEntityId());
                if (thing != null) thing.x = m.getPositionUpdate().getPosition().getX();
            }
            case CHAT_MESSAGE ->
                chats.add(m.getChatMessage().getFromClientId() + ": "
                        + m.getChatMessage().getMessage());
            case PRESENCE_EVENT -> {
                if (type != Types.PRESENCE) here(m.getPresenceEvent().getClientId(), type == Types.JOIN);
            }
            default -> {}
        }
    }

    /** Who else is here, itself included, and what stands where. */
    String picture() {
        TreeSet<String> all = new TreeSet<>(players);
        all.add(name);
        return all + " " + things;
    }

    @Override
    public String toString() {
        return name + " (" + framing + ")";
    }
}
