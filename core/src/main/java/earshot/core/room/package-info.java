/** Rooms and their members; each room is owned by one loop. */
@NullMarked
package earshot.core.room;

import org.jspecify.annotations.NullMarked;
