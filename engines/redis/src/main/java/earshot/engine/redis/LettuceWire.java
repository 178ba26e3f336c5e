package earshot.engine.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection of Lettuce that does not reconnect and repeats nothing: an append that was written and not answered must not be written again
 * behind our back. {@link Lane} makes the next connection.
 */
final class LettuceWire implements Wire {
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean ended;

    LettuceWire(StatefulRedisConnection<byte[], byte[]> connection) {
        this.connection = connection;
    }

    /** Has something run, once, on any thread, when the connection ends or if it has ended already. */
    void onEnd(Runnable then) {
        AtomicBoolean told = new AtomicBoolean();
        Runnable once = () -> {
            if (!told.compareAndSet(false, true)) return;
            // The lane hears of its end before it hears of what was lost: else it would send the next to a dead
            // connection.
            ended = true;
            then.run();
            loseAll();
            // Lettuce keeps what was not closed.
            close();
        };
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> ignored) {
                once.run();
            }
        });
        if (!connection.isOpen()) once.run();
    }

    @Override
    public void send(List<? extends Sent> batch) {
        List<RedisCommand<byte[], byte[], ?>> commands = new ArrayList<>(batch.size());
        List<Exchange> exchanges = new ArrayList<>(batch.size());
        for (Sent sent : batch) {
            Exchange exchange = new Exchange(sent);
            open.add(exchange);
            exchanges.add(exchange);
            commands.add(exchange);
        }
        if (ended) {
            for (Exchange exchange : exchanges) exchange.lose("the connection has ended");
            return;
        }
        connection.dispatch(commands);
        if (ended) loseAll();
    }

    private void loseAll() {
        for (Exchange exchange : open) exchange.lose("the connection to Redis ended");
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) connection.closeAsync();
    }

    /** One command on its way. Lettuce calls it on its own thread. */
    private final class Exchange extends Command<byte[], byte[], List<Object>> {
        private final Sent sent;
        private final AtomicBoolean told = new AtomicBoolean();

        Exchange(Sent sent) {
            super(Word.of(sent.words().getFirst()), new NestedMultiOutput<>(ByteArrayCodec.INSTANCE), arguments(sent));
            this.sent = sent;
        }

        @Override
        public void complete() {
            super.complete();
            if (!tell()) return;
            String error = Objects.requireNonNull(getOutput(), "output").getError();
            if (error != null) sent.onError(error);
            else sent.onReply(new Reply(getOutput().get()));
        }

        @Override
        public boolean completeExceptionally(Throwable failure) {
            boolean completed = super.completeExceptionally(failure);
            if (!tell()) return completed;
            if (failure instanceof RedisCommandExecutionException && failure.getMessage() != null)
                sent.onError(failure.getMessage());
            else sent.onLost(String.valueOf(failure.getMessage()));
            return completed;
        }

        @Override
        public void cancel() {
            super.cancel();
            lose("the connection to Redis ended");
        }

        void lose(String why) {
            if (tell()) sent.onLost(why);
        }

        private boolean tell() {
            open.remove(this);
            return told.compareAndSet(false, true);
        }
    }

    private static CommandArgs<byte[], byte[]> arguments(Wire.Sent sent) {
        CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        List<byte[]> words = sent.words();
        for (int i = 1; i < words.size(); i++) args.add(words.get(i));
        return args;
    }

    /** A command's name. */
    private record Word(byte[] bytes, String text) implements ProtocolKeyword {
        static Word of(byte[] bytes) {
            return new Word(bytes, new String(bytes, StandardCharsets.US_ASCII));
        }

        @Override
        public byte[] getBytes() {
            return bytes;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
