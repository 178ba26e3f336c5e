package earshot.dialect.kaiku;

import earshot.dialect.testkit.FuzzedConversation;

/** Fuzz target: what a client may send, an event a line. */
public final class KaikuFuzz {
    private static final KaikuContractTest CONTRACT = new KaikuContractTest();

    private KaikuFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzedConversation.play(CONTRACT.newDialect(), CONTRACT.handshake(), input);
        byte[] json = MessagePack.toJson(input);
        if (json != null && MessagePack.ofJson(json) == null) throw new AssertionError("not JSON any more");
        EventText text = EventText.read(input);
        if (text != null && EventText.read(text.json()) == null) throw new AssertionError("no event any more");
    }
}
