/** What the load generator counts, tried on streams that are made up, and on a server. */
@NullMarked
package earshot.bench.load;

import org.jspecify.annotations.NullMarked;
