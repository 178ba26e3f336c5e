/** Channels with durable history: typed JSON to core and back. */
@NullMarked
package earshot.dialect.waddle;

import org.jspecify.annotations.NullMarked;
