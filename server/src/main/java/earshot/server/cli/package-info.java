/** The commands of ./earshot. */
@NullMarked
package earshot.server.cli;

import org.jspecify.annotations.NullMarked;
