package earshot.dialect.waddle;

import static earshot.dialect.waddle.Fixture.ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Body;
import earshot.core.message.Event;
import earshot.core.message.Message;
import earshot.core.message.MessageWindow;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.dialect.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every example of the AsyncAPI document is what the code reads or writes. */
final class AsyncApiTest {
    /** Examples are one-line JSON, named by the message and by themselves: {@code say/plain}. */
    private static final Pattern EXAMPLE =
            Pattern.compile("^    (\\w+):$|^        - name: (.+)$|^          payload: (\\{.+})$", Pattern.MULTILINE);

    private static final String NAMED = "2f1c6a1e-6e0e-4b57-9d2b-0f5b8f3d8c11";
    private static final String HELLO = "e8e0c393-af3c-4ba7-8213-38174db9d1b8";
    private static final Profile ANN = Fixture.profile("u2", "ann");
    private static final Profile BOB = Fixture.profile("u1", "bob");

    private final Map<String, String> examples = examples();

    private static Map<String, String> examples() {
        Map<String, String> examples = new LinkedHashMap<>();
        Matcher line = EXAMPLE.matcher(document());
        String message = "";
        String name = "";
        while (line.find()) {
            if (line.group(1) != null) message = line.group(1);
            else if (line.group(2) != null) name = line.group(2);
            else examples.put(message + "/" + name, line.group(3));
        }
        return examples;
    }

    private static String document() {
        try (InputStream in = AsyncApiTest.class.getResourceAsStream("/asyncapi-waddle.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ClientFrame heard(String example) {
        return FrameReader.read(Frame.text(example), 4000);
    }

    @Test
    void examplesOfClients_areUnderstood() {
        assertThat(heard(examples.remove("say/plain"))).isInstanceOf(ClientFrame.Say.class);
        assertThat(((ClientFrame.Say) heard(examples.remove("say/thread"))).threadId())
                .isEqualTo("t1");
        assertThat(((ClientFrame.Say) heard(examples.remove("sayNamed/named"))).clientId())
                .isEqualTo(NAMED);
        assertThat(heard(examples.remove("type/on"))).isEqualTo(new ClientFrame.Typing(true));
        assertThat(heard(examples.remove("status/away"))).isEqualTo(new ClientFrame.Presence("away"));
        assertThat(heard(examples.remove("sync/after"))).isEqualTo(new ClientFrame.Sync(HELLO));
    }

    @Test
    void examplesOfTheServer_areWhatItSays() {
        says("initialState/one message, two sockets", initialState());
        says("message/in a thread", ServerFrames.message(hello()));
        says("typing/on", ServerFrames.typing(new Event.Typing(ROOM, ANN, true, false, null)));
        says("userDisconnected/gone", ServerFrames.disconnected(new Event.UserLeft(ROOM, ANN)));
        says("userConnected/come", ServerFrames.connected(new Event.UserJoined(ROOM, ANN, 1751447550000L)));
        says("presenceUpdate/away", ServerFrames.presenceUpdate(new Event.StatusChanged(ROOM, ANN, "away")));
        says("ack/said", ServerFrames.ack(NAMED, HELLO, 1751447551234L, false));
        says("syncComplete/all", ServerFrames.syncComplete(HELLO, NAMED, 3, true));
        says("service/away", ServerFrames.service(false));
        says("service/back", ServerFrames.service(true));
        says("error/unknown", ServerFrames.error(Refusals.UNKNOWN_TYPE, null));
        says("error/named", ServerFrames.error(Refusals.NO_WRITE, "c1"));
        assertThat(examples.keySet())
                .as("examples that nothing was compared with")
                .allMatch(k -> k.matches("(say|sayNamed|type|status|sync)/.*"));
    }

    private void says(String example, Frame frame) {
        assertThat(examples.remove(example)).as(example).isEqualTo(frame.asText());
    }

    private static Message hello() {
        byte[] json = "{\"content\":\"hello\",\"threadId\":\"t1\"}".getBytes(StandardCharsets.UTF_8);
        Body body = new Body(WaddleDialect.NAME, MessageBody.MEDIA_TYPE, json);
        return new Message(
                HELLO, ROOM, new Position(1, 2), ANN, "hello", null, "t1", 1751447551234L, body, 0, 0, false);
    }

    private static Frame initialState() {
        Message hey = new Message(
                "43bb6057-49a9-42f4-946e-414a09da95f2",
                ROOM,
                new Position(1, 1),
                BOB,
                "hey",
                null,
                null,
                1751447542000L,
                null,
                0,
                0,
                false);
        return ServerFrames.initialState(
                new MessageWindow(List.of(hey)),
                new PresenceList(1, List.of(present(BOB, 1751447542000L), present(ANN, 1751447550000L))));
    }

    private static PresenceList.Present present(Profile user, long millis) {
        return new PresenceList.Present(
                user, millis, "online", List.of(new PresenceList.PresentSession(new SessionId(1, millis), millis)));
    }
}
