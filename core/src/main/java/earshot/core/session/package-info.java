/** Who a client is and what it may do; it outlives its links. */
@NullMarked
package earshot.core.session;

import org.jspecify.annotations.NullMarked;
