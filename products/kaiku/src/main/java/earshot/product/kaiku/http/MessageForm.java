package earshot.product.kaiku.http;

import earshot.core.message.Message;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.store.ReactionTable.Counted;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The message object (protocols/kaiku.md section 13.2): as it is told and kept, and as it is listed with what changed since. */
final class MessageForm {
    private MessageForm() {}

    /** @param nonce of an encrypted message; null: it is none */
    record New(
            UUID id,
            UUID channel,
            Person author,
            String authorStatus,
            String content,
            @Nullable String nonce,
            @Nullable UUID replyTo,
            long createdMillis) {}

    static ObjectNode of(New message) {
        boolean encrypted = message.nonce != null;
        ObjectNode form =
                Answers.object().put("id", message.id.toString()).put("channel_id", message.channel.toString());
        form.set("author", Forms.user(message.author, message.authorStatus));
        form.put("content", message.content).put("encrypted", encrypted);
        if (encrypted) form.put("nonce", message.nonce);
        form.putArray("attachments");
        form.put("reply_to", message.replyTo == null ? null : message.replyTo.toString());
        form.putNull("parent_id");
        form.put("thread_reply_count", 0);
        form.putNull("thread_last_reply_at");
        form.putNull("edited_at");
        form.put("created_at", Answers.time(message.createdMillis))
                .put("pinned", false)
                .put("message_type", "user");
        String mention = encrypted ? null : MessageText.mentionType(message.content, message.author.username());
        if (mention != null) form.put("mention_type", mention);
        return form;
    }

    /** The same message, saying something else. */
    static ObjectNode edited(ObjectNode old, String content, long atMillis) {
        ObjectNode form = old.deepCopy();
        form.put("content", content).put("edited_at", Answers.time(atMillis));
        form.remove("mention_type");
        return form;
    }

    /**
     * A kept message as a list shows it.
     *
     * @param object as it is told
     * @param author as they look today; null: not known any more
     */
    static ObjectNode listed(
            ObjectNode object, Message message, @Nullable Person author, String status, List<Counted> reactions) {
        if (author != null) object.set("author", Forms.user(author, status));
        object.put("edited_at", Answers.maybeTime(message.editedMillis()));
        object.put("pinned", message.pinnedMillis() > 0);
        object.remove("reactions");
        if (!reactions.isEmpty()) object.set("reactions", Answers.array(reactions, MessageForm::reaction));
        return object;
    }

    static ObjectNode reaction(Counted counted) {
        return Answers.object()
                .put("emoji", counted.emoji())
                .put("count", counted.count())
                .put("me", counted.me());
    }
}
