package earshot.gateway.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A key and its self-signed certificate for localhost, made by the JDK's keytool, which takes about a second. */
public record TestCertificate(PrivateKey key, X509Certificate certificate) {
    private static final char[] PASSWORD = "password".toCharArray();

    /**
     * @param name goes into the subject: {@code CN=name}
     * @param options of keytool's {@code -genkeypair}; without any: EC P-256, valid for two days
     */
    public static TestCertificate make(String name, String... options) throws IOException {
        Path directory = Files.createTempDirectory("earshot-certificate");
        Path store = directory.resolve("store.p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "one",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD),
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:localhost,ip:127.0.0.1"));
        command.addAll(
                options.length > 0
                        ? List.of(options)
                        : List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) throw new IOException(said);
            return read(store);
        } catch (InterruptedException | GeneralSecurityException e) {
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(store);
            Files.delete(directory);
        }
    }

    private static TestCertificate read(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return new TestCertificate(
                (PrivateKey) keys.getKey("one", PASSWORD), (X509Certificate) keys.getCertificate("one"));
    }

    public String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** PKCS#8. */
    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    public static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /** Writes {@code cert.pem} and {@code key.pem}, over those that are there. */
    public void writeTo(Path directory) throws IOException {
        Files.writeString(directory.resolve("cert.pem"), certificatePem());
        Files.writeString(directory.resolve("key.pem"), keyPem());
    }

    /** For clients that believe these certificates and no others. */
    public static SSLContext trusting(TestCertificate... certificates) {
        try {
            KeyStore believed = KeyStore.getInstance(KeyStore.getDefaultType());
            believed.load(null, null);
            for (int i = 0; i < certificates.length; i++)
                believed.setCertificateEntry("ca-" + i, certificates[i].certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(believed);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
