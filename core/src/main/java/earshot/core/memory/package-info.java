/** The reference engine: every port kept in this process, bounded. */
@NullMarked
package earshot.core.memory;

import org.jspecify.annotations.NullMarked;
