package earshot.gateway.engineio;

/** Fuzz target: the body of a POST. It ends, a broken packet is the last one, and what is read is no larger than the body. */
public final class PayloadFuzz {
    private PayloadFuzz() {}

    public static void fuzzerTestOneInput(byte[] body) {
        long bytes = 0;
        int packets = 0;
        boolean broken = false;
        for (var reader = new PayloadReader(body); reader.hasNext(); ) {
            if (broken) throw new AssertionError("a packet behind a broken one");
            if (++packets > body.length + 1) throw new AssertionError("more packets than bytes");
            switch (reader.next()) {
                case EnginePacket.Message message -> bytes += message.frame().bytes().length;
                case EnginePacket.Broken _ -> broken = true;
                case EnginePacket.Pong _, EnginePacket.Close _ -> {}
            }
        }
        if (bytes > body.length) throw new AssertionError("more data than bytes");
    }
}
