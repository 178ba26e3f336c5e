package earshot.engine.redis;

import org.jspecify.annotations.Nullable;

/**
 * An answer that is told when enough replicas have what it is about: the WAIT that left behind the call, on the same connection, says so. Confined to the
 * connection's thread, but for failures.
 */
final class SealedAnswer implements Request.Answer {
    private final Request.Answer then;
    private final int replicas;
    private volatile @Nullable Reply held;

    SealedAnswer(Request.Answer then, int replicas) {
        this.then = then;
        this.replicas = replicas;
    }

    @Override
    public void onReply(Reply reply) {
        held = reply;
    }

    @Override
    public void onFailure(RedisUnavailable failure) {
        then.onFailure(failure);
    }

    /** What hears the WAIT. When the call itself is to be done again, it says nothing yet. */
    Request.Answer onReplicas() {
        return new Request.Answer() {
            @Override
            public void onReply(Reply reply) {
                Reply done = held;
                if (done == null) return;
                if (reply.number(0) >= replicas) then.onReply(done);
                else
                    then.onFailure(new RedisUnavailable(
                            "stored, but only " + reply.number(0) + " replicas have it (expected: " + replicas + ")",
                            RedisUnavailable.REPLICAS,
                            false));
            }

            @Override
            public void onFailure(RedisUnavailable failure) {
                then.onFailure(failure);
            }
        };
    }
}
