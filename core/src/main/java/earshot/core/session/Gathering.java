package earshot.core.session;

import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.message.Renderings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An {@link Emission} on its way to the sessions of this node, and what they answer. Each session that it is for says once what became of it:
 * {@link #passedOver}, {@link #told}, or {@link #asked} and later {@link #answered} or {@link #gone}. Thread-safe behind its own lock.
 *
 * <p>Every answer counts; kept are the first {@value #MAX_SAID}, none longer than {@value #MAX_SAID_CHARS} characters, at most {@value #MAX_CHARS} together.
 */
public final class Gathering {
    public static final int MAX_SAID = 1000;
    public static final int MAX_SAID_CHARS = 64 << 10;
    public static final int MAX_CHARS = 1 << 20;

    private final Emission emission;
    private final Renderings rendered = new Renderings();
    private final CompletableFuture<Emitted> result = new CompletableFuture<>();

    private final Object lock = new Object();
    private int parts;
    private int unheardOf;
    private int awaited;
    private int told;
    private int answered;
    private final List<Emitted.Said> said = new ArrayList<>();
    private int chars;

    /** @param parts how many times {@link #expect} will be called */
    public Gathering(Emission emission, int parts) {
        this.emission = emission;
        this.parts = parts;
    }

    public Emission emission() {
        return emission;
    }

    /** What the dialect made of it: the same for every session of this node. */
    public Renderings rendered() {
        return rendered;
    }

    /** Completes once, when every session has said what became of it, or at the {@link #end}. */
    public CompletionStage<Emitted> result() {
        return result;
    }

    public boolean isOver() {
        return result.isDone();
    }

    // --- by who finds the sessions

    /** One part of the sessions is known: so many that it is for. */
    public void expect(int sessions) {
        change(() -> {
            parts--;
            unheardOf += sessions;
        });
    }

    /** Its time is up: what is known counts. */
    public void end() {
        synchronized (lock) {
            result.complete(new Emitted(told, answered, said));
        }
    }

    // --- by the sessions

    /** It was not said to this session after all. */
    public void passedOver() {
        change(() -> unheardOf--);
    }

    /** It was said, and there will be no answer. */
    public void told() {
        change(() -> {
            unheardOf--;
            told++;
        });
    }

    /** It was said, and an answer may come. */
    public void asked() {
        change(() -> {
            unheardOf--;
            told++;
            awaited++;
        });
    }

    public void answered(Emitted.Said answer) {
        change(() -> {
            awaited--;
            answered++;
            int length = answer.text().length();
            if (said.size() >= MAX_SAID || length > MAX_SAID_CHARS || chars + length > MAX_CHARS) return;
            chars += length;
            said.add(answer);
        });
    }

    /** An answer that nobody has room for: it counts. */
    public void answeredTooLong() {
        change(() -> {
            awaited--;
            answered++;
        });
    }

    /** The session that was asked will not answer any more. */
    public void gone() {
        change(() -> awaited--);
    }

    private void change(Runnable what) {
        synchronized (lock) {
            if (result.isDone()) return;
            what.run();
            if (parts == 0 && unheardOf <= 0 && awaited <= 0) end();
        }
    }
}
