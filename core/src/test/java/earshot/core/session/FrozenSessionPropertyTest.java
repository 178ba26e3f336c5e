package earshot.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.message.JoinOptions;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.session.FrozenSession.Membership;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FrozenSessionPropertyTest {
    private static final String LETTERS = "abc ä€\u0000\"{}💬";

    @Test
    void bytes_thereAndBack_areTheSameSession() throws IOException {
        for (int seed = 1; seed <= 500; seed++) {
            FrozenSession session = session(new Random(seed));
            assertThat(FrozenSession.fromBytes(session.toBytes()))
                    .as("seed " + seed)
                    .isEqualTo(session);
        }
    }

    @Test
    void bytes_cutAnywhere_areRefused() {
        byte[] bytes = session(new Random(1)).toBytes();
        for (int i = 0; i < bytes.length; i++) {
            byte[] cut = Arrays.copyOf(bytes, i);
            assertThatThrownBy(() -> FrozenSession.fromBytes(cut)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> FrozenSession.fromBytes(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void bytes_changedAnywhere_areReadOrRefusedButNothingElse() {
        for (int seed = 1; seed <= 5000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = session(random).toBytes();
            for (int i = random.nextInt(4); i >= 0; i--) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                assertThat(FrozenSession.fromBytes(bytes)).isNotNull();
            } catch (IOException e) {
                assertThat(e).isNotNull();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static FrozenSession session(Random r) {
        Set<String> permissions = new HashSet<>();
        for (int i = r.nextInt(4); i > 0; i--) permissions.add(text(r));
        List<Membership> memberships = new ArrayList<>();
        for (int i = r.nextInt(5); i > 0; i--) memberships.add(membership(r));
        return new FrozenSession(
                new SessionId(r.nextLong(), r.nextLong()),
                text(r),
                text(r),
                r.nextBoolean() ? null : user(r),
                permissions,
                r.nextLong(),
                text(r),
                text(r),
                memberships);
    }

    private static Membership membership(Random r) {
        var room = new RoomId("r" + text(r), text(r), "n" + text(r));
        var options = new JoinOptions(
                r.nextInt(16), r.nextBoolean(), r.nextBoolean(), r.nextInt(1001), r.nextBoolean() ? null : position(r));
        return new Membership(room, options, position(r));
    }

    private static Position position(Random r) {
        return new Position(r.nextLong() >>> 1, r.nextLong() >>> 1);
    }

    private static Profile user(Random r) {
        return new Profile(
                new UserId(text(r), "i" + text(r)), "n" + text(r), r.nextBoolean() ? null : text(r), text(r));
    }

    private static String text(Random r) {
        int[] letters = LETTERS.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = r.nextInt(20); i > 0; i--) text.appendCodePoint(letters[r.nextInt(letters.length)]);
        return text.toString();
    }
}
