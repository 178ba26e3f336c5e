package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.gateway.testkit.Packing;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameDeflaterTest {
    private final FrameDeflater deflater =
            new FrameDeflater(new GatewayConfig.Compression(Set.of(), 6, 256, 100), Meter.NONE);

    @AfterEach
    void release() {
        deflater.release();
    }

    private static byte[] json(int size) {
        var text = new StringBuilder();
        for (int i = 0; text.length() < size; i++)
            text.append("{\"id\":").append(i * 7919).append(",\"on\":true},");
        return text.substring(0, size).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void everyForm_comesBack_whateverCameBefore() {
        for (int size : new int[] {256, 512, 4096, 4097, 70_000}) {
            byte[] payload = json(size);
            assertThat(deflater.pack(payload, WireForm.PLAIN)).isNull();
            for (WireForm form : new WireForm[] {WireForm.DEFLATED, WireForm.SMALL_WINDOW, WireForm.NO_WINDOW}) {
                byte[] packed = deflater.pack(payload, form);
                assertThat(packed).as(form + " " + size).isNotNull().hasSizeLessThan(size);
                assertThat(Packing.unpack(packed)).isEqualTo(payload);
            }
        }
    }

    @Test
    void shortPayload_goesAsItIs() {
        assertThat(deflater.pack(json(255), WireForm.DEFLATED)).isNull();
    }

    @Test
    void payloadThatDoesNotShrink_goesAsItIs() {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        for (WireForm form : WireForm.values())
            assertThat(deflater.pack(noise, form)).isNull();
        // And leaves nothing behind for the next one.
        byte[] payload = json(1000);
        assertThat(Packing.unpack(deflater.pack(payload, WireForm.DEFLATED))).isEqualTo(payload);
    }

    /** A small window is kept by never looking back farther: what is longer has literals only, so equal halves do not shrink further. */
    @Test
    void payloadOverTheWindow_doesNotLookBack() {
        byte[] noise = new byte[3000];
        var random = new Random(1);
        for (int i = 0; i < noise.length; i++) noise[i] = (byte) ('a' + random.nextInt(16));
        byte[] twice = new byte[6000];
        System.arraycopy(noise, 0, twice, 0, 3000);
        System.arraycopy(noise, 0, twice, 3000, 3000);
        assertThat(deflater.pack(twice, WireForm.DEFLATED)).hasSizeLessThan(2000);
        assertThat(deflater.pack(twice, WireForm.SMALL_WINDOW)).hasSizeGreaterThan(2900);
    }
}
