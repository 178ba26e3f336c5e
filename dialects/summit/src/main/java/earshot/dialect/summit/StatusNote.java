package earshot.dialect.summit;

import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The metadata that a user shows beside a status: what is new is laid over what was there, a level deep. Without state. */
final class StatusNote {
    private StatusNote() {}

    /**
     * @param before JSON of ours; empty: nothing
     * @param more null, or no object: nothing new
     */
    static String merged(String before, @Nullable Slice more) {
        if (more == null || !more.is(Slice.Kind.OBJECT)) return before;
        Members members = before.isEmpty() ? Members.collecting() : membersOf(before);
        JsonReader.members(more).forEach(members::put);
        if (members.size() == 0) return before;
        JsonBytes json = new JsonBytes(before.length() + more.length() + 2).raw('{');
        members.forEach((name, value) -> {
            if (json.length() > 1) json.raw(',');
            json.string(name).raw(':').raw(value.bytes());
        });
        return new String(json.raw('}').done(), StandardCharsets.UTF_8);
    }

    private static Members membersOf(String text) {
        Members found = JsonReader.object(text.getBytes(StandardCharsets.UTF_8), 0);
        return found == null ? Members.collecting() : found;
    }
}
