/** What lasts: the ordered log of a room, and the book of its messages as they are now. */
@NullMarked
package earshot.core.history;

import org.jspecify.annotations.NullMarked;
