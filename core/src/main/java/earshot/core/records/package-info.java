/** Records that other programs keep in a store that Earshot shares with them, and a cache for what is read from there. */
@NullMarked
package earshot.core.records;

import org.jspecify.annotations.NullMarked;
