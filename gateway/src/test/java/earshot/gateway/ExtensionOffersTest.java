package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionOffersTest {
    private static final String ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static ExtensionOffers.Deflate deflate(String... lines) {
        ExtensionOffers offers = ExtensionOffers.parse(List.of(lines));
        assertThat(offers).as("grammar").isNotNull();
        return offers.deflate();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate;client_max_window_bits=8",
                " permessage-deflate ;\tclient_max_window_bits = \"15\" ",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "x-webkit-deflate-frame, permessage-deflate",
                ",, permessage-deflate ,",
                "permessage-deflate; unknown, permessage-deflate",
                "permessage-deflate; server_max_window_bits=16, permessage-deflate"
            })
    void legalOffer_isAcceptedWithoutContext(String offer) {
        assertThat(deflate(offer)).isEqualTo(new ExtensionOffers.Deflate(WireForm.DEFLATED, ANSWER));
    }

    @ParameterizedTest
    @CsvSource({
        "8,NO_WINDOW", "9,NO_WINDOW", "10,NO_WINDOW", "11,NO_WINDOW",
        "12,SMALL_WINDOW", "13,SMALL_WINDOW", "14,SMALL_WINDOW", "15,DEFLATED"
    })
    void windowThatIsAskedFor_isAnswered(int bits, WireForm form) {
        String answer = ANSWER + "; server_max_window_bits=" + bits;
        assertThat(deflate("permessage-deflate; server_max_window_bits=" + bits))
                .isEqualTo(new ExtensionOffers.Deflate(form, answer));
        assertThat(deflate("permessage-deflate; server_max_window_bits=\"" + bits + "\""))
                .isEqualTo(new ExtensionOffers.Deflate(form, answer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "permessage-bzip2",
                "Permessage-Deflate",
                "permessage-deflate; unknown",
                "permessage-deflate; unknown=1",
                "permessage-deflate; server_no_context_takeover=true",
                "permessage-deflate; client_no_context_takeover=1",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; server_max_window_bits=1e1",
                "permessage-deflate; client_max_window_bits=0",
                "permessage-deflate; client_max_window_bits=99999999999",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; client_max_window_bits; client_max_window_bits=10"
            })
    void otherOffer_isDeclined(String offer) {
        assertThat(deflate(offer)).isNull();
    }

    @Test
    void firstOfferThatCanBeServed_wins_overLines() {
        assertThat(deflate(
                        "permessage-deflate; server_max_window_bits=3",
                        "permessage-deflate; server_max_window_bits=10, permessage-deflate"))
                .isEqualTo(new ExtensionOffers.Deflate(WireForm.NO_WINDOW, ANSWER + "; server_max_window_bits=10"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate;",
                ";",
                "=",
                "permessage-deflate; =1",
                "permessage-deflate; server_max_window_bits=",
                "permessage-deflate; server_max_window_bits=\"\"",
                "permessage-deflate; server_max_window_bits=\"10",
                "permessage-deflate; server_max_window_bits=\"1 0\"",
                "permessage-deflate; server_max_window_bits=\"10\\",
                "permessage-deflate server_max_window_bits=10",
                "permessage-deflate; a=b=c",
                "permessage deflate",
                "permessage-deflate\u00e9",
                "\"permessage-deflate\""
            })
    void brokenGrammar_isNoOffer(String line) {
        assertThat(ExtensionOffers.parse(List.of("permessage-deflate", line))).isNull();
    }
}
