/** The operator's own dialect: a room's events as lines of JSON. */
@NullMarked
package earshot.server.watch;

import org.jspecify.annotations.NullMarked;
