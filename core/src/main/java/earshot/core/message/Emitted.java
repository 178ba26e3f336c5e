package earshot.core.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of an {@link Emission}. Immutable.
 *
 * @param told sessions that heard it
 * @param answered of these, those that answered in time
 * @param said what they answered, as far as it was kept: see {@link earshot.core.session.Gathering}
 */
public record Emitted(int told, int answered, List<Said> said) {
    public static final Emitted NOBODY = new Emitted(0, 0, List.of());

    public Emitted {
        said = List.copyOf(said);
    }

    /**
     * One session's answer.
     *
     * @param user null: anonymous
     * @param text in the dialect's words
     */
    public record Said(SessionId session, @Nullable UserId user, String text) {}
}
