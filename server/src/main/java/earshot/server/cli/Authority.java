package earshot.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of a PEM file as the only ones that a client believes. */
final class Authority {
    private Authority() {}

    /** Throws {@link CommandFailure}. */
    static SSLContext of(Path file) {
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
