package earshot.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.gateway.testkit.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentityTest {
    private static TestCertificate ec;
    private static TestCertificate rsa;

    @TempDir
    Path directory;

    @BeforeAll
    static void make() throws IOException {
        ec = TestCertificate.make("ec");
        rsa = TestCertificate.make("rsa", "-keyalg", "RSA", "-keysize", "2048", "-validity", "2");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private TlsIdentity read(String certificate, String key) throws IOException {
        return TlsIdentity.read(file("cert.pem", certificate), file("key.pem", key));
    }

    private void isRefused(String certificate, String key, String... words) throws IOException {
        file("cert.pem", certificate);
        file("key.pem", key);
        assertThatThrownBy(() -> TlsIdentity.read(directory.resolve("cert.pem"), directory.resolve("key.pem")))
                .isInstanceOf(TlsUnusable.class)
                .message()
                .contains(words)
                .doesNotContain("\n");
    }

    @Test
    void pkcs8_isRead_forEachKindOfKey() throws IOException {
        TestCertificate ed = TestCertificate.make("ed", "-keyalg", "Ed25519", "-validity", "2");
        for (TestCertificate each : new TestCertificate[] {ec, rsa, ed}) {
            TlsIdentity identity = read(each.certificatePem(), each.keyPem());
            assertThat(identity.chain()).containsExactly(each.certificate());
            assertThat(identity.names()).containsExactly("localhost", "127.0.0.1");
        }
    }

    /** The inner octets of PKCS#8 are PKCS#1. */
    @Test
    void pkcs1_isRead() throws IOException {
        byte[] pkcs8 = rsa.key().getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        assertThat(read(rsa.certificatePem(), TestCertificate.pem("RSA PRIVATE KEY", pkcs1))
                        .subject())
                .isEqualTo("CN=rsa");
    }

    @Test
    void sec1_isRead_withTheParametersThatOpensslWritesBefore() throws IOException {
        byte[] p256 = {6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7};
        var body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {2, 1, 1, 4, 32});
        byte[] number = ((ECPrivateKey) ec.key()).getS().toByteArray();
        BigInteger s = new BigInteger(1, number);
        byte[] fixed = new byte[32];
        byte[] plain = s.toByteArray();
        int skip = Math.max(0, plain.length - 32);
        System.arraycopy(plain, skip, fixed, 32 - (plain.length - skip), plain.length - skip);
        body.writeBytes(fixed);
        body.writeBytes(new byte[] {(byte) 0xA0, 10});
        body.writeBytes(p256);
        var sec1 = new ByteArrayOutputStream();
        sec1.writeBytes(new byte[] {0x30, (byte) body.size()});
        sec1.writeBytes(body.toByteArray());
        String file =
                TestCertificate.pem("EC PARAMETERS", p256) + TestCertificate.pem("EC PRIVATE KEY", sec1.toByteArray());
        assertThat(read(ec.certificatePem(), file).subject()).isEqualTo("CN=ec");
    }

    @Test
    void oneFile_mayHoldBoth() throws IOException {
        Path both = file("both.pem", ec.keyPem() + "a comment\n" + ec.certificatePem());
        assertThat(TlsIdentity.read(both, both).subject()).isEqualTo("CN=ec");
    }

    @Test
    void mistakes_haveASentenceEach() throws IOException {
        isRefused(ec.keyPem(), ec.certificatePem(), "tls.cert", "wrong way round");
        isRefused(ec.certificatePem(), ec.certificatePem(), "tls.key", "wrong way round");
        isRefused("hello", ec.keyPem(), "tls.cert", "no PEM file");
        isRefused(ec.certificatePem(), rsa.keyPem(), "tls.key", "does not belong to", "CN=ec");
        isRefused(rsa.certificatePem() + ec.certificatePem(), ec.keyPem(), "must be the first");
        isRefused(ec.certificatePem().replaceFirst("-----END.*", ""), ec.keyPem(), "damaged");
        isRefused(ec.certificatePem().replaceFirst("\nM", "\n!"), ec.keyPem(), "damaged");
        isRefused(TestCertificate.pem("CERTIFICATE", new byte[] {1, 2, 3}), ec.keyPem(), "damaged");
        isRefused(ec.certificatePem(), TestCertificate.pem("PRIVATE KEY", new byte[] {1, 2, 3}), "cannot be used");
        isRefused(
                ec.certificatePem(),
                TestCertificate.pem("ENCRYPTED PRIVATE KEY", new byte[] {1}),
                "is encrypted",
                "openssl pkey");
        isRefused(ec.certificatePem(), """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """, "is encrypted");
        isRefused(ec.certificatePem(), TestCertificate.pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1}), "curve");
        isRefused(ec.certificatePem(), TestCertificate.pem("PUBLIC KEY", new byte[] {1}), "no private key");
        Files.write(directory.resolve("cert.der"), new byte[] {0x30, 1, 2});
        assertThatThrownBy(() -> TlsIdentity.read(directory.resolve("cert.der"), directory.resolve("key.pem")))
                .hasMessageContaining("looks like DER");
        assertThatThrownBy(() -> TlsIdentity.read(directory.resolve("none.pem"), directory.resolve("key.pem")))
                .hasMessageContaining("there is no file");
        assertThatThrownBy(() -> TlsIdentity.read(directory, directory.resolve("key.pem")))
                .hasMessageContaining("is a directory");
    }

    @Test
    void concern_isSaid_beforeAndAfterItsTime_andWhenTheEndIsNear() throws IOException {
        TlsIdentity identity = read(ec.certificatePem(), ec.keyPem());
        Instant end = identity.expires();
        assertThat(identity.concern(end.plusSeconds(1)))
                .hasValueSatisfying(c -> assertThat(c).contains("expired on"));
        assertThat(identity.concern(end.minus(Duration.ofDays(10))))
                .hasValueSatisfying(c -> assertThat(c).contains("not valid before"));
        assertThat(identity.concern(end.minus(Duration.ofDays(1))))
                .hasValueSatisfying(c -> assertThat(c).contains("expires on"));
        TestCertificate long1 = TestCertificate.make("long", "-keyalg", "EC", "-validity", "90");
        assertThat(read(long1.certificatePem(), long1.keyPem())
                        .concern(Instant.now().plusSeconds(60)))
                .isEmpty();
        assertThat(identity.toString()).contains("CN=ec for localhost, 127.0.0.1, signed by itself, until ");
    }

    @Test
    void changedFiles_areTaken_andBrokenOnesRefusedOnce() throws IOException {
        ec.writeTo(directory);
        var meter = new MemoryMeter();
        try (Tls tls = new Tls(directory.resolve("cert.pem"), directory.resolve("key.pem"), 1, Clock.SYSTEM, meter)) {
            tls.look();
            assertThat(meter.value(Metric.TLS_RELOADS)).isZero();
            assertThat(meter.value(Metric.TLS_EXPIRY))
                    .isEqualTo(ec.certificate().getNotAfter().toInstant().getEpochSecond());

            // A key of somebody else: as it is between the writing of the two files.
            Files.writeString(directory.resolve("cert.pem"), rsa.certificatePem());
            tls.look();
            tls.look();
            assertThat(meter.value(Metric.TLS_RELOADS)).isEqualTo(1);
            assertThat(tls.identity().subject()).isEqualTo("CN=ec");

            Files.writeString(directory.resolve("key.pem"), rsa.keyPem());
            tls.look();
            assertThat(tls.identity().subject()).isEqualTo("CN=rsa");
            assertThat(meter.value(Metric.TLS_EXPIRY))
                    .isEqualTo(rsa.certificate().getNotAfter().toInstant().getEpochSecond());

            // Gone, and back with the same length at another time.
            Files.delete(directory.resolve("key.pem"));
            tls.look();
            assertThat(tls.identity().subject()).isEqualTo("CN=rsa");
            rsa.writeTo(directory);
            Files.setLastModifiedTime(
                    directory.resolve("key.pem"), FileTime.from(Instant.now().plusSeconds(5)));
            tls.look();
            assertThat(meter.value(Metric.TLS_RELOADS)).isEqualTo(4);
        }
    }
}
