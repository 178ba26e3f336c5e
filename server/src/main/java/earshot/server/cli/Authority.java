package earshot.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose certificates a command believes when it dials a server: the system's authorities, or those of a PEM file and no others. */
final class Authority {
    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "PEM certificates that are believed instead of the system's, for an https server of your own.")
    private @Nullable Path file;

    boolean isGiven() {
        return file != null;
    }

    /** Throws {@link CommandFailure} when the file is of no use. */
    HttpClient client(Duration connectWithin) {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(connectWithin);
        if (file != null) client.sslContext(of(file));
        return client.build();
    }

    /** What to do when a server's certificate is not believed. */
    static String unbelieved(String server) {
        return "the certificate of " + server
                + " is not believed here; name its authority with --ca FILE, and dial a name that it is for";
    }

    private static SSLContext of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore believed = KeyStore.getInstance(KeyStore.getDefaultType());
            believed.load(null, null);
            int serial = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in))
                believed.setCertificateEntry("ca-" + serial++, each);
            if (serial == 0) throw new CommandFailure("--ca: " + file + " holds no certificate");
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(believed);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new CommandFailure("--ca: " + file + " cannot be read");
        } catch (GeneralSecurityException e) {
            throw new CommandFailure("--ca: " + file + " is no PEM file of certificates");
        }
    }
}
