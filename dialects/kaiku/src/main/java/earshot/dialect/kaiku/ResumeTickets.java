package earshot.dialect.kaiku;

import earshot.core.session.ResumeBook;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a lost connection can be taken up by: {@code ready.resume}, once, for a minute after its end, on any node. Thread-safe.
 *
 * <p>The record holds who it was and which channels it heard. That the user may still connect, and hear them, is asked again when it is used.
 */
final class ResumeTickets {
    private static final int VERSION = 1;
    private static final int MAX_PLACES = 2000;
    /** How often a record is renewed while its connection lives. */
    static final long RENEW_MILLIS = 60_000;

    private final ResumeBook book;
    private final KaikuConfig.Resume terms;

    ResumeTickets(ResumeBook book, KaikuConfig.Resume terms) {
        this.book = book;
        this.terms = terms;
    }

    /**
     * @param signedInMillis when its user proved who they are: a sign-out after that is stronger
     */
    record Lost(UUID user, String tokenId, long signedInMillis, List<Heard> channels) {
        Lost {
            channels = List.copyOf(channels);
        }
    }

    /** @param events see {@link ClientEvent.Subscribe} */
    record Heard(UUID channel, @Nullable Long events) {}

    boolean isOn() {
        return terms.enabled();
    }

    void open(String ticket, long owner, Lost lost) {
        book.open(keyOf(ticket), owner, bytes(lost), whileAlive());
    }

    void renew(String ticket, long owner, Lost lost) {
        book.renew(keyOf(ticket), owner, bytes(lost), whileAlive());
    }

    /** The connection is lost: from now on the time counts. */
    void lost(String ticket, long owner, Lost lost) {
        book.renew(keyOf(ticket), owner, bytes(lost), terms.within());
    }

    void forget(String ticket, long owner) {
        book.forget(keyOf(ticket), owner);
    }

    /** Never fails; empty: there is none, or not any more. */
    CompletionStage<Optional<Lost>> take(String ticket) {
        if (!terms.enabled() || ticket.length() > 100) return CompletableFuture.completedStage(Optional.empty());
        return book.take(keyOf(ticket))
                .thenApply(record -> record.flatMap(ResumeTickets::read))
                .exceptionally(_ -> Optional.empty());
    }

    /** A crash says nothing: the record then lasts a little longer than it should. */
    private Duration whileAlive() {
        return terms.within().plusMillis(2 * RENEW_MILLIS);
    }

    /** A secret is not written down. */
    private static String keyOf(String ticket) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(("kaiku " + ticket).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] bytes(Lost lost) {
        var bytes = new ByteArrayOutputStream(64 + 25 * lost.channels().size());
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            Frozen.write(out, lost.user());
            out.writeUTF(lost.tokenId());
            out.writeLong(lost.signedInMillis());
            out.writeShort(lost.channels().size());
            for (Heard heard : lost.channels()) {
                Frozen.write(out, heard.channel());
                Frozen.write(out, heard.events());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Optional<Lost> read(byte[] record) {
        try (var in = new DataInputStream(new ByteArrayInputStream(record))) {
            if (in.readByte() != VERSION) return Optional.empty();
            UUID user = Frozen.readId(in);
            String tokenId = in.readUTF();
            long signedIn = in.readLong();
            int count = in.readUnsignedShort();
            if (count > MAX_PLACES) return Optional.empty();
            List<Heard> channels = new ArrayList<>(count);
            for (int i = 0; i < count; i++) channels.add(new Heard(Frozen.readId(in), Frozen.readBits(in)));
            return Optional.of(new Lost(user, tokenId, signedIn, channels));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
