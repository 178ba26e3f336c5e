package earshot.gateway.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineSidTest {
    @Test
    void sid_saysWhereItsSessionLives() {
        EngineSid sid = EngineSid.fresh(-123_456_789_012L, 17, new SecureRandom());
        assertThat(sid.text()).hasSize(34).matches("[A-Za-z0-9_-]+");
        assertThat(EngineSid.parse(sid.text())).isEqualTo(sid);
    }

    @Test
    void sid_printed_isNoSecret() {
        EngineSid sid = EngineSid.fresh(1, 2, new SecureRandom());
        assertThat(sid.toString()).doesNotContain(sid.text().substring(14));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "**********************************", "AAAAAAAAAAAAAA"})
    void anythingElse_isNone(String text) {
        assertThat(EngineSid.parse(text)).isNull();
    }
}
