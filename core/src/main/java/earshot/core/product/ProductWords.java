package earshot.core.product;

import earshot.core.message.Event;
import org.jspecify.annotations.Nullable;

/** How a dialect's product would say on its own channels what happened here. The dialect's part; thread-safe, and always the same for the same event. */
public interface ProductWords {
    /** Null: the product has no words for it, or it is none of its rooms or users. */
    @Nullable
    Said of(Event event);

    record Said(String channel, byte[] payload) {}
}
