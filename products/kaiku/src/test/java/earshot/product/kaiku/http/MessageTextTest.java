package earshot.product.kaiku.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MessageTextTest {
    @Test
    void proseChars_withoutCodeFences_areCounted() {
        assertThat(MessageText.proseChars("a```bc```d")).isEqualTo(2);
        assertThat(MessageText.proseChars("a```bc")).isEqualTo(6);
        assertThat(MessageText.proseChars("🙂🙂")).isEqualTo(2);
        assertThat(MessageText.proseChars("```a``` ```b```")).isEqualTo(1);
    }

    @Test
    void mentionType_isTheLoudest_andNeverOfTheAuthor() {
        assertThat(MessageText.mentionType("hi @bob and @everyone", "ada")).isEqualTo("everyone");
        assertThat(MessageText.mentionType("@here", "ada")).isEqualTo("here");
        assertThat(MessageText.mentionType("hi @bob", "ada")).isEqualTo("direct");
        assertThat(MessageText.mentionType("me: @Ada", "ada")).isNull();
        assertThat(MessageText.mentionType("nobody", "ada")).isNull();
    }
}
