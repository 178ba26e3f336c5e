/** Who is here, on any node, as a second sequenced stream per room. */
@NullMarked
package earshot.core.presence;

import org.jspecify.annotations.NullMarked;
