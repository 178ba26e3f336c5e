package earshot.dialect.graphwiz;

import earshot.dialect.testkit.FuzzedConversation;

/** Fuzz target: what a client may send, a frame a line; bytes that are no text are binary frames. */
public final class GraphwizFuzz {
    private static final GraphwizContractTest CONTRACT = new GraphwizContractTest();

    private GraphwizFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        var _ = Codec.binary(input, null);
        FuzzedConversation.play(CONTRACT.newDialect(), CONTRACT.handshake(), input);
    }
}
