package earshot.dialect.threadkit;

import static earshot.dialect.threadkit.TestWorld.COMMENT;
import static earshot.dialect.threadkit.TestWorld.PROFILE_OF_ANN;
import static earshot.dialect.threadkit.TestWorld.PROFILE_OF_BOB;
import static earshot.dialect.threadkit.TestWorld.ROOM;
import static earshot.dialect.threadkit.TestWorld.json;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Body;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.dialect.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The AsyncAPI document says what this module does: every example of it is read here, or is exactly what is written here. */
final class AsyncApiTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final JsonNode DOCUMENT = document();

    private static JsonNode document() {
        try (InputStream in = ThreadkitDialect.class.getResourceAsStream("/asyncapi-threadkit.yaml")) {
            Object yaml = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
            return MAPPER.valueToTree(yaml);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void document_isAsyncApi3() {
        assertThat(DOCUMENT.get("asyncapi").stringValue()).isEqualTo("3.0.0");
        assertThat(DOCUMENT.at("/channels/socket/address").stringValue()).isEqualTo(ThreadkitConfig.DEFAULT.path());
    }

    @Test
    void everyReference_leadsSomewhere() {
        for (JsonNode ref : DOCUMENT.findValues("$ref")) {
            assertThat(DOCUMENT.at(ref.stringValue().substring(1)).isMissingNode())
                    .as(ref.stringValue())
                    .isFalse();
        }
    }

    @Test
    void everyMessage_isInExactlyOneDirection() {
        List<String> named = new ArrayList<>(names("hear"));
        named.addAll(names("tell"));
        assertThat(named).doesNotHaveDuplicates();
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        DOCUMENT.at("/components/messages").propertyNames());
    }

    @Test
    void everyExample_hasTheMembersThatItsSchemaNames() {
        for (Map.Entry<String, JsonNode> message :
                DOCUMENT.at("/components/messages").properties()) {
            JsonNode schema = message.getValue().at("/payload/properties");
            for (JsonNode example : examples(message.getKey())) {
                assertThat(example.get("method")).isEqualTo(schema.at("/method/const"));
                JsonNode params = schema.get("params");
                assertThat(params.path("properties").propertyNames())
                        .as(message.getKey())
                        .containsAll(example.get("params").propertyNames());
                for (JsonNode required : params.path("required")) {
                    assertThat(example.get("params").has(required.stringValue()))
                            .isTrue();
                }
            }
        }
    }

    @Test
    void everyExampleOfAClient_isUnderstood() {
        for (String name : names("hear")) {
            assertThat(examples(name)).as(name).isNotEmpty();
            for (JsonNode example : examples(name)) {
                assertThat(ClientDecoder.decode(TestWorld.utf8(example.toString())))
                        .as("%s", example)
                        .isNotInstanceOf(ClientMessage.Wrong.class);
            }
        }
    }

    @Test
    void everyExampleOfTheServer_isWrittenSo() {
        List<JsonNode> written = written();
        for (String name : names("tell")) {
            assertThat(examples(name)).as(name).isNotEmpty();
            for (JsonNode example : examples(name)) assertThat(written).contains(example);
        }
    }

    @Test
    void everyErrorCode_isNamed() {
        List<String> codes = new ArrayList<>();
        DOCUMENT.at("/components/messages/error/payload/properties/params/properties/code/enum")
                .forEach(code -> codes.add(code.stringValue()));
        assertThat(codes)
                .containsExactlyInAnyOrderElementsOf(List.of(ErrorCode.values()).stream()
                        .map(ErrorCode::code)
                        .toList());
    }

    /** One of each, and two where there are two shapes. */
    private static List<JsonNode> written() {
        Position first = new Position(1, 1);
        long at = 1_765_258_377_000L;
        var body = new Body("threadkit", "application/json", TestWorld.utf8(GoldenFrames.COMMENT));
        var message = new Message(COMMENT, ROOM, first, PROFILE_OF_ANN, "hi", null, null, at, body, 0, 0, false);
        List<Event> events = List.of(
                new Event.UserJoined(ROOM, PROFILE_OF_BOB, 1),
                new Event.UserLeft(ROOM, PROFILE_OF_BOB),
                new Event.Typing(ROOM, PROFILE_OF_ANN, true, false, null),
                new Event.Typing(ROOM, PROFILE_OF_ANN, true, false, COMMENT),
                new KeptEvent.MessagePosted(message),
                new KeptEvent.MessageEdited(ROOM, first, COMMENT, PROFILE_OF_ANN, "ho", "<p>ho</p>", null, at),
                new KeptEvent.MessageDeleted(ROOM, first, COMMENT, PROFILE_OF_ANN, at),
                new KeptEvent.MessagePinned(ROOM, first, COMMENT, PROFILE_OF_ANN, true, at),
                new KeptEvent.MessagePinned(ROOM, first, COMMENT, PROFILE_OF_ANN, false, at),
                new Event.VotesChanged(ROOM, COMMENT, 3, 1),
                new Event.Notified(PROFILE_OF_ANN.user(), "reply", COMMENT, PROFILE_OF_BOB, ""));
        List<Frame> frames = new ArrayList<>();
        var dialect = new TestWorld().dialect();
        for (Event event : events) frames.addAll(dialect.encode(event, 0));
        for (ErrorCode code : ErrorCode.values()) frames.add(ServerFrames.error(code));
        UUID page = UUID.fromString(TestWorld.PAGE);
        var ann = new PresenceList.Present(PROFILE_OF_ANN, 1, "online", List.of());
        frames.add(ServerFrames.presence(page, PresenceList.EMPTY));
        frames.add(ServerFrames.presence(page, new PresenceList(1, List.of(ann))));
        frames.add(ServerFrames.pong());
        frames.add(ServerFrames.service(false));
        frames.add(ServerFrames.service(true));
        frames.add(ServerFrames.connected(null));
        frames.add(ServerFrames.connected(UUID.fromString(TestWorld.ANN)));
        return frames.stream().map(f -> json(f.asText())).toList();
    }

    private static List<String> names(String operation) {
        List<String> names = new ArrayList<>();
        for (JsonNode message : DOCUMENT.at("/operations/" + operation + "/messages")) {
            String ref = message.get("$ref").stringValue();
            names.add(ref.substring(ref.lastIndexOf('/') + 1));
        }
        return names;
    }

    /** As text and back, so that numbers compare as JSON's. */
    private static List<JsonNode> examples(String message) {
        List<JsonNode> examples = new ArrayList<>();
        for (JsonNode example : DOCUMENT.at("/components/messages/" + message + "/examples")) {
            examples.add(json(example.get("payload").toString()));
        }
        return examples;
    }
}
