package earshot.dialect.waddle;

import earshot.dialect.testkit.FuzzedConversation;

/** Fuzz target: what a client may send, a frame a line. */
public final class WaddleFuzz {
    private static final WaddleContractTest CONTRACT = new WaddleContractTest();

    private WaddleFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzedConversation.play(CONTRACT.newDialect(), CONTRACT.handshake(), input);
    }
}
