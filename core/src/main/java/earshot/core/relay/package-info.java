/** What passes between nodes and stands neither in the log nor on the board. */
@NullMarked
package earshot.core.relay;

import org.jspecify.annotations.NullMarked;
