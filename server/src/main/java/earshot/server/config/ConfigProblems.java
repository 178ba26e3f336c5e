package earshot.server.config;

import java.util.List;

/** The configuration cannot be used. Each problem is one sentence that says what, where, and what to do; none holds a secret. */
public final class ConfigProblems extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_CHARACTERS = 1000;

    private final transient List<String> problems;

    public ConfigProblems(List<String> problems) {
        List<String> readable =
                problems.stream().map(ConfigProblems::withoutItsMiddle).toList();
        super(String.join("\n", readable), null, false, false);
        this.problems = readable;
    }

    /** A key may be a whole file that was given by mistake: what is wrong stands at the start of a sentence, what to do at its end. */
    private static String withoutItsMiddle(String sentence) {
        if (sentence.length() <= MOST_CHARACTERS) return sentence;
        int half = MOST_CHARACTERS / 2;
        return sentence.substring(0, half) + " … " + sentence.substring(sentence.length() - half);
    }

    public List<String> problems() {
        return problems;
    }
}
