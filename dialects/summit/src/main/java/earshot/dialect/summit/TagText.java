package earshot.dialect.summit;

import earshot.core.message.Tag;

/** What a question must know when its answer comes, in the text of its {@link Tag}: fields, the last of which may hold anything. */
final class TagText {
    private static final String SEPARATOR = "\n";

    private final String[] fields;

    private TagText(String[] fields) {
        this.fields = fields;
    }

    static Tag of(int kind, Object... fields) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < fields.length; i++)
            text.append(i == 0 ? "" : SEPARATOR).append(fields[i]);
        return new Tag(kind, text.toString());
    }

    static TagText read(Tag tag, int fields) {
        return new TagText(tag.text().split(SEPARATOR, fields));
    }

    /** Empty when there is none. */
    String field(int i) {
        return i < fields.length ? fields[i] : "";
    }

    long number(int i) {
        try {
            return Long.parseLong(field(i));
        } catch (NumberFormatException e) {
            return Packets.NO_ACK;
        }
    }
}
