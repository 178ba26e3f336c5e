package earshot.dialect.threadkit;

import static earshot.dialect.threadkit.TestWorld.COMMENT;
import static earshot.dialect.threadkit.TestWorld.PAGE;
import static earshot.dialect.threadkit.TestWorld.call;
import static earshot.dialect.threadkit.TestWorld.subscribe;
import static earshot.dialect.threadkit.TestWorld.typing;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WIRE.md, client to server: every row of the tables. */
final class ClientDecoderTest {
    private static final UUID PAGE_ID = UUID.fromString(PAGE);
    private static final ClientMessage NOT_JSON = new ClientMessage.Wrong(ErrorCode.INVALID_JSON);
    private static final ClientMessage UNKNOWN = new ClientMessage.Wrong(ErrorCode.INVALID_METHOD);

    @Test
    void everyMethod_isRead() {
        assertThat(decode(subscribe(PAGE))).isEqualTo(new ClientMessage.Subscribe(PAGE_ID));
        assertThat(decode(TestWorld.unsubscribe(PAGE))).isEqualTo(new ClientMessage.Unsubscribe(PAGE_ID));
        assertThat(decode(typing(PAGE, "null"))).isEqualTo(new ClientMessage.Typing(PAGE_ID, null));
        assertThat(decode(typing(PAGE, "\"" + COMMENT + "\"")))
                .isEqualTo(new ClientMessage.Typing(PAGE_ID, UUID.fromString(COMMENT)));
        assertThat(decode("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}")).isEqualTo(new ClientMessage.Ping());
        assertThat(decode(call("ping", "{}"))).isEqualTo(new ClientMessage.Ping());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "{",
                "[]",
                "[\"2.0\",\"ping\",{}]",
                "\"ping\"",
                "null",
                "1",
                "{}",
                "{\"jsonrpc\":\"2.0\"}",
                "{\"method\":\"ping\"}",
                "{\"jsonrpc\":2.0,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":null}",
                "{\"jsonrpc\":\"2.0\",\"method\":{\"a\":1}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\"} {}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}x",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"params\":{},\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",}",
                "{'jsonrpc':'2.0','method':'ping'}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"x\":NaN}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"x\":01}",
                "\ufeff{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}",
                "{\u0000\"\u0000",
                "\u0000{",
            })
    void whatIsNoNotification_isInvalidJson(String text) {
        assertThat(decode(text)).isEqualTo(NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"1.0\",\"method\":\"ping\"}",
                "{\"jsonrpc\":\"\",\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"Ping\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"stop_typing\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":null}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":[\"550e8400-e29b-41d4-a716-446655440000\"]}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{\"page_id\":null}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{\"page_id\":5}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{\"page_id\":{\"page_id\":\"550e8400-e29b-41d4-a716-446655440000\"}}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{\"page_id\":\"\"}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{\"page_id\":\"1-1-1-1-1\"}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"unsubscribe\",\"params\":{\"page_id\":\"lobby\"}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"typing\",\"params\":{\"page_id\":\"550e8400-e29b-41d4-a716-44665544000\"}}",
            })
    void wrongVersionMethodOrPage_isUnknownMethod(String text) {
        assertThat(decode(text)).isEqualTo(UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "550e8400-e29b-41d4-a716-446655440000",
                "550E8400-E29B-41D4-A716-446655440000",
                "550e8400e29b41d4a716446655440000",
                "{550e8400-e29b-41d4-a716-446655440000}",
                "urn:uuid:550E8400-e29b-41d4-a716-446655440000",
            })
    void pageId_inEverySpelling_isTheSamePage(String spelling) {
        assertThat(decode(subscribe(spelling))).isEqualTo(new ClientMessage.Subscribe(PAGE_ID));
    }

    @Test
    void pageId_ofAnyVersion_isTaken() {
        assertThat(decode(subscribe("aaaaaaaa-bbbb-cccc-bbbb-ccccaaaaaaaa")))
                .isEqualTo(new ClientMessage.Subscribe(UUID.fromString("aaaaaaaa-bbbb-cccc-bbbb-ccccaaaaaaaa")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "true", "[]", "{\"a\":1}", "\"\"", "\"parent\"", "null"})
    void replyTo_ofAnyOtherValue_countsAsNone(String value) {
        assertThat(decode(typing(PAGE, value))).isEqualTo(new ClientMessage.Typing(PAGE_ID, null));
    }

    @Test
    void replyTo_absent_countsAsNone() {
        assertThat(decode(call("typing", "{\"page_id\":\"" + PAGE + "\"}")))
                .isEqualTo(new ClientMessage.Typing(PAGE_ID, null));
    }

    @Test
    void extraMembersAndAnyOrder_areFine() {
        String text = "{\"params\":{\"x\":[{}],\"page_id\":\"" + PAGE
                + "\"},\"id\":7,\"method\":\"subscribe\",\"a\":{\"b\":[1]}," + "\"jsonrpc\":\"2.0\"}";
        assertThat(decode(text)).isEqualTo(new ClientMessage.Subscribe(PAGE_ID));
    }

    @Test
    void deepNesting_isRefusedAndNotFollowed() {
        String deep = "[".repeat(30_000) + "]".repeat(30_000);
        assertThat(decode(call("ping", deep))).isEqualTo(NOT_JSON);
        String shallow = "[".repeat(Json.MAX_DEPTH - 2) + "]".repeat(Json.MAX_DEPTH - 2);
        assertThat(decode(call("ping", shallow))).isEqualTo(new ClientMessage.Ping());
    }

    private static ClientMessage decode(String text) {
        return ClientDecoder.decode(TestWorld.utf8(text));
    }
}
