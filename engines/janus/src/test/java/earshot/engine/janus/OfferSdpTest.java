package earshot.engine.janus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OfferSdpTest {
    /** As Janus 1.1.2 makes it, shortened. */
    private static final String OFFER = String.join(
            "\r\n",
            "v=0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "a=mid:0",
            "a=rtpmap:111 opus/48000/2",
            "a=fmtp:111 0 maxplaybackrate=48000; stereo=0; sprop-stereo=0; useinbandfec=0",
            "a=msid:janus janus0",
            "a=ssrc:2510229029 cname:janus",
            "");

    @Test
    void mended_ofPlugin_hasSoundTermsAndAName() {
        OfferSdp offer = OfferSdp.mended(OFFER, "lounge:microphone");
        assertThat(offer.mid()).isEqualTo("0");
        assertThat(offer.text())
                .isEqualTo(OFFER.replaceAll("a=fmtp.*", "a=fmtp:111 minptime=10;useinbandfec=1")
                        .replace("msid:janus ", "msid:lounge:microphone "));
    }

    @Test
    void mended_oddName_staysOneLine() {
        OfferSdp offer = OfferSdp.mended(OFFER.replace("a=mid:0", "a=mid:audio"), "a b\r\na=evil");
        assertThat(offer.text()).contains("a=msid:a_b__a_evil janus0\r\n").doesNotContain("\r\na=evil");
        assertThat(offer.mid()).isEqualTo("audio");
    }
}
