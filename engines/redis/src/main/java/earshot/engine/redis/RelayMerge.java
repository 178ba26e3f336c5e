package earshot.engine.redis;

import java.util.List;

/** All that is said on one channel within one flush is one message: version, node, number of the line, and then the words. */
final class RelayMerge implements Request.Merge {
    private static final int MAX_WORDS = 200;

    private final RedisRelay relay;
    private final long serial;

    /** @param serial of the line; 0 where there is none */
    RelayMerge(RedisRelay relay, long serial) {
        this.relay = relay;
        this.serial = serial;
    }

    @Override
    public int limit() {
        return MAX_WORDS;
    }

    @Override
    public Request merged(List<Request> parts) {
        RelayWriter out = new RelayWriter()
                .byteOf(RedisRelay.VERSION)
                .number(relay.incarnation())
                .number(serial);
        for (Request part : parts) out.raw((byte[]) part.args().getFirst());
        Request last = parts.getLast();
        return new Request(
                last.command(),
                null,
                last.keys(),
                List.of(out.toBytes()),
                false,
                null,
                last.deadlineNanos(),
                answer(parts));
    }

    private static Request.Answer answer(List<Request> parts) {
        List<Request> all = List.copyOf(parts);
        return new Request.Answer() {
            @Override
            public void onReply(Reply reply) {
                for (Request part : all) part.answer().onReply(reply);
            }

            @Override
            public void onFailure(RedisUnavailable failure) {
                for (Request part : all) part.answer().onFailure(failure);
            }
        };
    }
}
