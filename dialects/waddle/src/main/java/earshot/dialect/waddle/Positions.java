package earshot.dialect.waddle;

import earshot.core.message.Position;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Positions in a frozen conversation. */
final class Positions {
    private Positions() {}

    static void write(Position position, DataOutput out) throws IOException {
        out.writeLong(position.epoch());
        out.writeLong(position.offset());
    }

    static Position read(DataInput in) throws IOException {
        long epoch = in.readLong();
        long offset = in.readLong();
        if (epoch < 0 || offset < 0) throw new IOException("position: " + epoch + ":" + offset + " (expected: >= 0)");
        return new Position(epoch, offset);
    }
}
