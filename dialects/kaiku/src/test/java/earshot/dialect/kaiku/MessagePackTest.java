package earshot.dialect.kaiku;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessagePackTest {
    /** The example of https://msgpack.org. */
    @Test
    void example_ofTheSpecification() {
        String hex = HexFormat.of().formatHex(MessagePack.ofJson(bytes("{\"compact\":true,\"schema\":0}")));
        assertThat(hex).isEqualTo("82a7636f6d70616374c3a6736368656d6100");
    }

    @Test
    void values_comeBackAsTheyWere() {
        for (String json : List.of(
                "{}",
                "[]",
                "null",
                "[0,1,127,128,-1,-32,-33,65536,-2147483649,9007199254740993]",
                "[1.5,-0.25]",
                "{\"a\":{\"b\":[{},[],\"\",null,false]}}",
                "\"" + "x".repeat(31) + "\"",
                "\"" + "x".repeat(32) + "\"",
                "\"" + "x".repeat(300) + "\"",
                "\"" + "x".repeat(70_000) + "\"",
                "\"grüß 你好 😀\"",
                "[" + "1,".repeat(40) + "1]")) {
            byte[] packed = MessagePack.ofJson(bytes(json));
            assertThat(packed).as(json).isNotNull();
            assertThat(new String(MessagePack.toJson(packed), StandardCharsets.UTF_8))
                    .isEqualTo(json);
        }
    }

    @Test
    void whatIsNone_isRefused() {
        for (String hex :
                List.of("", "c1", "c4", "d9", "81", "8101", "92", "dd7fffffff", "c0c0", "a1ff", "cb7ff0000000000000"))
            assertThat(MessagePack.toJson(HexFormat.of().parseHex(hex))).as(hex).isNull();
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
