package earshot.gateway;

import io.netty.channel.Channel;

/** Brings a socket from one loop to another, for good: so that a session that has several has them all at home. */
final class Moving {
    private Moving() {}

    /**
     * On the loop that it leaves, when no handler but TLS is left on it and nothing reads.
     *
     * @param then on the other loop, unless the socket was closed on the way
     */
    static void move(Channel channel, GatewayLoop from, GatewayLoop to, Runnable then) {
        channel.deregister().addListener(left -> {
            if (!left.isSuccess()) {
                channel.unsafe().closeForcibly();
                return;
            }
            from.open.decrementAndGet();
            to.open.incrementAndGet();
            channel.closeFuture().removeListener(from.closed);
            channel.closeFuture().addListener(to.closed);
            to.executor.register(channel).addListener(arrived -> {
                // This may run a turn after the arrival: the peer can have reset the socket meanwhile.
                if (arrived.isSuccess() && channel.isOpen()) then.run();
                else channel.unsafe().closeForcibly();
            });
        });
    }
}
