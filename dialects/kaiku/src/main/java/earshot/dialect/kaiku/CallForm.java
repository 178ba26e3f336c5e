package earshot.dialect.kaiku;

import earshot.dialect.kaiku.KaikuCalls.CallState;
import earshot.dialect.kaiku.KaikuCalls.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A call as it is kept. */
final class CallForm {
    private static final int VERSION = 1;
    private static final int RINGING = 1;
    private static final int ACTIVE = 2;
    private static final int ENDED = 3;
    private static final int MAX_PEOPLE = 1000;

    private CallForm() {}

    static byte[] write(CallState state) {
        var bytes = new ByteArrayOutputStream(128);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            Frozen.write(out, state.dm());
            switch (state) {
                case CallState.Ringing r -> {
                    out.writeByte(RINGING);
                    Frozen.write(out, r.startedBy());
                    out.writeLong(r.startedMillis());
                    people(out, r.declinedBy());
                    people(out, r.targets());
                }
                case CallState.Active a -> {
                    out.writeByte(ACTIVE);
                    out.writeLong(a.startedMillis());
                    people(out, a.participants());
                }
                case CallState.Ended e -> {
                    out.writeByte(ENDED);
                    out.writeUTF(e.reason().word());
                    Frozen.write(out, e.durationSeconds());
                    out.writeLong(e.endedMillis());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void people(DataOutput out, List<UUID> people) throws IOException {
        out.writeShort(people.size());
        for (UUID person : people) Frozen.write(out, person);
    }

    /** Null: nothing that we wrote. */
    static @Nullable CallState read(byte[] bytes) {
        try {
            return read(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable CallState read(DataInput in) throws IOException {
        if (in.readByte() != VERSION) return null;
        UUID dm = Frozen.readId(in);
        return switch (in.readByte()) {
            case RINGING -> new CallState.Ringing(dm, Frozen.readId(in), in.readLong(), people(in), people(in));
            case ACTIVE -> new CallState.Active(dm, in.readLong(), people(in));
            case ENDED -> {
                Reason reason = Reason.of(in.readUTF());
                if (reason == null) yield null;
                yield new CallState.Ended(dm, reason, Frozen.readBits(in), in.readLong());
            }
            default -> null;
        };
    }

    private static List<UUID> people(DataInput in) throws IOException {
        int count = Frozen.count(in, "people", MAX_PEOPLE);
        List<UUID> people = new ArrayList<>(count);
        for (int i = 0; i < count; i++) people.add(Frozen.readId(in));
        return List.copyOf(people);
    }
}
