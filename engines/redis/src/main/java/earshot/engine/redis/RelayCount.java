package earshot.engine.redis;

import java.util.concurrent.CompletableFuture;

/** To how many Redis told a word. */
record RelayCount(CompletableFuture<Long> count) implements Request.Answer {
    @Override
    public void onReply(Reply reply) {
        count.complete(reply.number(0));
    }

    @Override
    public void onFailure(RedisUnavailable failure) {
        count.completeExceptionally(failure);
    }
}
