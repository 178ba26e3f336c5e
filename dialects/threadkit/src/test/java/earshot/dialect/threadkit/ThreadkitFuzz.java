package earshot.dialect.threadkit;

import earshot.dialect.testkit.FuzzedConversation;

/** Fuzz target: what a client may send, a frame a line. */
public final class ThreadkitFuzz {
    private static final ThreadkitContractTest CONTRACT = new ThreadkitContractTest();

    private ThreadkitFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzedConversation.play(CONTRACT.newDialect(), CONTRACT.handshake(), input);
    }
}
