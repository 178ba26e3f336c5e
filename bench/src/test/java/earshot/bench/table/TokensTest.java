package earshot.bench.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TokensTest {
    @Test
    void signed_any_areOnePerMemberAndSigned() {
        var tokens = Tokens.signed("0123456789abcdef0123456789abcdef", 3);
        assertThat(tokens).hasSize(3).doesNotHaveDuplicates();
        assertThat(tokens).allMatch(t -> t.split("\\.").length == 3);
    }
}
