package earshot.dialect.summit;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An {@link Identity} as bytes. Reading throws {@link IllegalArgumentException} or {@link IOException} for what nobody wrote. */
final class FrozenIdentity {
    private static final int MAX_PERMISSIONS = 10_000;

    private FrozenIdentity() {}

    static void write(@Nullable Identity who, DataOutput out) throws IOException {
        out.writeBoolean(who != null);
        if (who == null) return;
        out.writeUTF(who.user().user().id());
        out.writeUTF(who.user().name());
        out.writeUTF(who.tenant());
        out.writeUTF(who.tokenId());
        out.writeLong(who.expiresMillis());
        out.writeInt(who.permissions().size());
        for (String permission : new TreeSet<>(who.permissions())) out.writeUTF(permission);
    }

    static @Nullable Identity read(DataInput in) throws IOException {
        if (!in.readBoolean()) return null;
        Profile user = Profile.named(new UserId(SummitDialect.NAME, in.readUTF()), in.readUTF());
        String tenant = in.readUTF();
        String tokenId = in.readUTF();
        long expiresMillis = in.readLong();
        int count = in.readInt();
        if (count < 0 || count > MAX_PERMISSIONS) throw new IOException("permissions: " + count);
        Set<String> permissions = new HashSet<>();
        for (int i = 0; i < count; i++) permissions.add(in.readUTF());
        return new Identity(user, tenant, permissions, tokenId, expiresMillis);
    }
}
