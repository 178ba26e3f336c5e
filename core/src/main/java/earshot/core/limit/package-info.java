/** Rate limits: token bucket, sliding window, fixed window. State exists only while used. */
@NullMarked
package earshot.core.limit;

import org.jspecify.annotations.NullMarked;
