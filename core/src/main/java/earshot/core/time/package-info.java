/** Clock, loop and deadlines: time and threads as arguments. */
@NullMarked
package earshot.core.time;

import org.jspecify.annotations.NullMarked;
