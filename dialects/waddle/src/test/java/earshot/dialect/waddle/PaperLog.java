package earshot.dialect.waddle;

import earshot.core.message.Command;
import earshot.core.message.Message;
import earshot.core.message.Reply;
import java.util.List;
import java.util.stream.IntStream;

/** Reads of a list of messages, as the contract of {@link Command.From} has it. */
final class PaperLog {
    private PaperLog() {}

    static Reply read(List<Message> kept, Command.ReadHistory r) {
        return switch (r.from()) {
            case Command.From.After a ->
                first(
                        r,
                        kept.stream()
                                .filter(m -> m.position().isAfter(a.position()))
                                .toList());
            case Command.From.AfterMessage a -> first(r, kept.subList(indexOf(kept, a.messageId()) + 1, kept.size()));
            case Command.From.BeforeMessage b -> last(r, kept.subList(0, Math.max(0, indexOf(kept, b.messageId()))));
            case Command.From.Newest _, Command.From.Before _ -> last(r, kept);
        };
    }

    private static int indexOf(List<Message> kept, String id) {
        return IntStream.range(0, kept.size())
                .filter(i -> kept.get(i).id().equals(id))
                .findFirst()
                .orElse(-1);
    }

    private static Reply first(Command.ReadHistory r, List<Message> after) {
        return new Reply.History(
                r.room(), List.copyOf(after.subList(0, Math.min(r.limit(), after.size()))), after.size() <= r.limit());
    }

    private static Reply last(Command.ReadHistory r, List<Message> before) {
        int from = Math.max(0, before.size() - r.limit());
        return new Reply.History(r.room(), List.copyOf(before.subList(from, before.size())), from == 0);
    }
}
