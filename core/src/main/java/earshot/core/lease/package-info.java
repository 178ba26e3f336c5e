/** One owner for what needs one, on whatever node. */
@NullMarked
package earshot.core.lease;

import org.jspecify.annotations.NullMarked;
