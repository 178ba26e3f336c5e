package earshot.dialect.summit;

import earshot.dialect.testkit.FuzzedConversation;

/** Fuzz target: what a client may send, a packet a line. */
public final class SummitFuzz {
    private static final SummitContractTest CONTRACT = new SummitContractTest();

    private SummitFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzedConversation.play(CONTRACT.newDialect(), CONTRACT.handshake(), input);
    }
}
