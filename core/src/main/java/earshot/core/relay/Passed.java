package earshot.core.relay;

import earshot.core.message.Audience;
import earshot.core.message.Event.RoomEvent;
import earshot.core.message.Position;

/**
 * What one node decided in a room, on its way to the others. Immutable.
 *
 * @param audience who hears it, wherever they are
 * @param stamp when it was decided; see {@link StampClock}. Of two values of one key the higher stamp is the newer one
 * @param node the incarnation of the node that decided it; of two equal stamps the higher node wins
 * @param after how far that node had told the room's log: nobody hears this before those entries
 */
public record Passed(RoomEvent event, Audience audience, long stamp, long node, Position after) {}
