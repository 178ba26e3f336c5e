package earshot.it;

import com.google.protobuf.InvalidProtocolBufferException;
import earshot.dialect.graphwiz.wire.Wire.ChatMessage;
import earshot.dialect.graphwiz.wire.Wire.ClientHello;
import earshot.dialect.graphwiz.wire.Wire.EntitySpawn;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.MessageType;
import earshot.dialect.graphwiz.wire.Wire.PositionUpdate;
import earshot.dialect.graphwiz.wire.Wire.Quaternion;
import earshot.dialect.graphwiz.wire.Wire.Vector3;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A client of XR rooms on the JDK's WebSocket, in either framing. Everything that it heard is kept as JSON: {@code kind} (text, hub, protobuf), {@code type},
 * and the payload. Thread-safe.
 */
final class XrClient implements AutoCloseable, WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param said of a protobuf message; null: of the others */
    record Heard(
            String kind, int type, JsonNode json, @Nullable Message said) {
        @Override
        public String toString() {
            return kind + " " + type + " " + (said == null ? json : said);
        }
    }

    final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final boolean hub;
    private final StringBuilder text = new StringBuilder();
    private final List<byte[]> pieces = new ArrayList<>();
    private volatile @Nullable String ended;
    private WebSocket socket;

    private XrClient(boolean hub) {
        this.hub = hub;
    }

    /** As the original client: it says hello at once, and waits for nothing. */
    static XrClient hub(RunningServer server, String room, String name) {
        XrClient client = connect(
                true, server.ws("/ws/" + room + "?room_id=" + room + "&user_id=" + name + "&client_id=" + name));
        client.say(
                1,
                "{\"clientId\":\"%s\",\"displayName\":\"%s\",\"authToken\":\"\",\"requestedRoom\":\"%s\"}"
                        .formatted(name, name, room));
        return client;
    }

    static XrClient protobuf(RunningServer server, String room, String name, String... more) {
        XrClient client = connect(
                false, server.ws("/ws/" + room + "?user_id=" + name + "&client_id=" + name + String.join("", more)));
        client.say(begin(MessageType.CLIENT_HELLO)
                .setClientHello(ClientHello.newBuilder()
                        .setClientId(name)
                        .setDisplayName(name)
                        .setRequestedRoom(room)));
        return client;
    }

    static XrClient connect(boolean hub, URI uri) {
        XrClient client = new XrClient(hub);
        try {
            client.socket = HTTP.newWebSocketBuilder().buildAsync(uri, client).get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException | ExecutionException e) {
            throw new AssertionError("refused: " + e.getCause(), e);
        }
        return client;
    }

    // --- saying

    static Message.Builder begin(MessageType type) {
        return Message.newBuilder()
                .setMessageId(UUID.randomUUID().toString())
                .setTimestamp(System.currentTimeMillis())
                .setType(type);
    }

    void say(Message.Builder message) {
        send(socket.sendBinary(ByteBuffer.wrap(message.build().toByteArray()), true));
    }

    /** A hub frame. */
    void say(int type, String json) {
        byte[] id = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
        byte[] payload = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(10 + id.length + payload.length);
        frame.put((byte) id.length)
                .put(id)
                .putLong(System.currentTimeMillis())
                .put((byte) type)
                .put(payload);
        send(socket.sendBinary(frame.flip(), true));
    }

    void sayText(String said) {
        send(socket.sendText(said, true));
    }

    void chat(String said) {
        if (hub) say(30, "{\"fromClientId\":\"somebody\",\"message\":\"" + said + "\",\"timestamp\":1,\"type\":0}");
        else
            say(begin(MessageType.CHAT_MESSAGE)
                    .setChatMessage(ChatMessage.newBuilder().setMessage(said)));
    }

    /** In three fragments (RFC 6455 section 5.4). */
    void chatInPieces(String said) {
        byte[] whole = begin(MessageType.CHAT_MESSAGE)
                .setChatMessage(ChatMessage.newBuilder().setMessage(said))
                .build()
                .toByteArray();
        int third = whole.length / 3;
        send(socket.sendBinary(ByteBuffer.wrap(whole, 0, third), false));
        send(socket.sendBinary(ByteBuffer.wrap(whole, third, third), false));
        send(socket.sendBinary(ByteBuffer.wrap(whole, 2 * third, whole.length - 2 * third), true));
    }

    void spawn(String entity, String color) {
        if (hub)
            say(
                    20,
                    "{\"entityId\":\"" + entity + "\",\"templateId\":\"cube\",\"components\":{\"color\":\"" + color
                            + "\"},\"ownerId\":\"me\"}");
        else
            say(begin(MessageType.ENTITY_SPAWN)
                    .setEntitySpawn(EntitySpawn.newBuilder()
                            .setEntityId(entity)
                            .setTemplateId("cube")
                            .setOwnerId("me")
                            .putComponents("color", color)));
    }

    void move(String entity, float x) {
        if (hub)
            say(
                    10,
                    "{\"entityId\":\"" + entity + "\",\"position\":{\"x\":" + x
                            + ",\"y\":0,\"z\":0},\"rotation\":{\"x\":0,\"y\":0,\"z\":0,\"w\":1},\"sequenceNumber\":1,\"timestamp\":1}");
        else
            say(begin(MessageType.POSITION_UPDATE)
                    .setPositionUpdate(PositionUpdate.newBuilder()
                            .setEntityId(entity)
                            .setPosition(Vector3.newBuilder().setX(x))
                            .setRotation(Quaternion.newBuilder().setW(1))
                            .setSequenceNumber(1)));
    }

    private static void send(CompletionStage<WebSocket> sent) {
        try {
            sent.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    // --- hearing

    Heard hears(String what, Predicate<Heard> which) {
        Await.until(what, () -> heard + " ended: " + ended, () -> heard.stream().anyMatch(which));
        return heard.stream().filter(which).findFirst().orElseThrow();
    }

    long count(Predicate<Heard> which) {
        return heard.stream().filter(which).count();
    }

    String ends() {
        Await.until("the connection ends", () -> heard, () -> ended != null);
        return String.valueOf(ended);
    }

    /** The text of a chat message, in whatever framing. */
    static Predicate<Heard> chatOf(String said) {
        return h -> h.type == 30
                && (h.said != null
                        ? h.said.getChatMessage().getMessage().equals(said)
                        : h.json.path("message")
                                .asString(h.json.path("payload").path("message").asString(""))
                                .equals(said));
    }

    static Predicate<Heard> type(int type) {
        return h -> h.type == type;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            JsonNode json = JSON.readTree(text.toString());
            String type = json.path("type").asString("");
            // A protobuf client that was slow to speak hears the text of those who say nothing, and then its own hello.
            int number = type.equals("SERVER_HELLO") && hub ? 2 : type.equals("CHAT_MESSAGE") ? 30 : -1;
            heard.add(new Heard("text", number, json, null));
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] piece = new byte[data.remaining()];
        data.get(piece);
        pieces.add(piece);
        if (last) {
            ByteBuffer all =
                    ByteBuffer.allocate(pieces.stream().mapToInt(p -> p.length).sum());
            pieces.forEach(all::put);
            pieces.clear();
            heard.add(read(all.array()));
        }
        webSocket.request(1);
        return null;
    }

    private Heard read(byte[] frame) {
        if (hub) {
            int id = frame[0] & 0xff;
            int from = 10 + id;
            JsonNode json = JSON.readTree(new String(frame, from, frame.length - from, StandardCharsets.UTF_8));
            return new Heard("hub", frame[9 + id] & 0xff, json, null);
        }
        try {
            Message message = Message.parseFrom(frame);
            return new Heard("protobuf", message.getTypeValue(), JSON.createObjectNode(), message);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        ended = statusCode == 1006 ? "cut" : Integer.toString(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        if (ended == null) ended = "cut";
    }

    void cut() {
        socket.abort();
    }

    @Override
    public void close() {
        if (ended == null) {
            var _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        }
    }
}
