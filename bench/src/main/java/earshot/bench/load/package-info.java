/**
 * The load generator behind {@code ./earshot bench}: opens connections, publishes on a fixed schedule or in a closed loop, checks every
 * delivery, and says what it saw. It knows servers by their sockets only. {@link earshot.bench.load.LoadPlan} is what was asked,
 * {@link earshot.bench.load.LoadResult} what was seen.
 */
@NullMarked
package earshot.bench.load;

import org.jspecify.annotations.NullMarked;
