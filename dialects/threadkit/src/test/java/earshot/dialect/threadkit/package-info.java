/** Every row, edge case and trap of WIRE.md, by name. */
@NullMarked
package earshot.dialect.threadkit;

import org.jspecify.annotations.NullMarked;
