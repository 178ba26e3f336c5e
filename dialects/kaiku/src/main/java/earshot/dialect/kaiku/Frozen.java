package earshot.dialect.kaiku;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pieces of what is written down of a conversation. */
final class Frozen {
    private Frozen() {}

    static void write(DataOutput out, UUID id) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }

    static UUID readId(DataInput in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }

    static void write(DataOutput out, @Nullable Long bits) throws IOException {
        out.writeBoolean(bits != null);
        if (bits != null) out.writeLong(bits);
    }

    static @Nullable Long readBits(DataInput in) throws IOException {
        if (!in.readBoolean()) return null;
        return in.readLong();
    }

    static int count(DataInput in, String what, int most) throws IOException {
        int count = in.readUnsignedShort();
        if (count > most) throw new IOException(what + ": " + count + " (expected: 0.." + most + ")");
        return count;
    }
}
