package earshot.dialect.testkit;

import earshot.core.session.Session;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What the fuzz target of a dialect plays: each line of the input is a frame, and everything that is asked is answered. Nothing may be thrown, answers
 * and what is remembered are bounded, and what was frozen can be thawed.
 */
public final class FuzzedConversation {
    private static final int MAX_ANSWER_BYTES = 2 << 20;
    private static final int MAX_ASKS = 64;
    private static final int MAX_FROZEN_BYTES = 64 << 10;
    private static final int MAX_ANSWERS = 200;

    private FuzzedConversation() {}

    public static void play(Dialect dialect, HandshakeRequest handshake, byte[] input) {
        Admitted admitted = Admitted.to(dialect, handshake);
        Conversation conversation = admitted.conversation();
        Random random = new Random(Arrays.hashCode(input));
        RecordingInbox inbox = new RecordingInbox(admitted.session());
        conversation.opened(inbox);
        boolean closed = answer(conversation, inbox, dialect, random);
        int from = 0;
        while (from <= input.length && !closed) {
            int to = from;
            while (to < input.length && input[to] != '\n') to++;
            conversation.decode(frame(Arrays.copyOfRange(input, from, to)), inbox);
            closed = answer(conversation, inbox, dialect, random);
            from = to + 1;
        }
        thaw(dialect, inbox.session(), conversation);
    }

    /** The gateway lets only valid UTF-8 through as text. */
    private static Frame frame(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean valid = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
        return valid ? Frame.text(bytes) : Frame.binary(bytes);
    }

    /** True: it closed. */
    private static boolean answer(Conversation conversation, RecordingInbox inbox, Dialect dialect, Random random) {
        boolean closed = false;
        for (int n = 0; n < MAX_ANSWERS; n++) {
            check(inbox);
            closed |= !inbox.closes().isEmpty();
            List<RecordingInbox.Done.Asked> asked = inbox.asked();
            inbox.clear();
            if (!inbox.goOn() && asked.isEmpty()) break;
            for (RecordingInbox.Done.Asked one : asked)
                conversation.onReply(one.tag(), Samples.reply(one.command(), dialect.name(), List.of(), random), inbox);
        }
        return closed;
    }

    private static void check(RecordingInbox inbox) {
        if (inbox.closes().size() > 1) throw new AssertionError("closes: " + inbox.closes());
        if (inbox.answeredBytes() > MAX_ANSWER_BYTES) throw new AssertionError("answers " + inbox.answeredBytes());
        if (inbox.asked().size() > MAX_ASKS)
            throw new AssertionError("asks " + inbox.asked().size());
    }

    private static void thaw(Dialect dialect, Session session, Conversation conversation) {
        try {
            var bytes = new ByteArrayOutputStream();
            conversation.freeze(new DataOutputStream(bytes));
            if (bytes.size() > MAX_FROZEN_BYTES) throw new AssertionError("remembers " + bytes.size());
            dialect.thaw(session, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        } catch (IOException e) {
            throw new AssertionError("cannot be thawed", e);
        }
    }
}
