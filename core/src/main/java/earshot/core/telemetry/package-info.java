/** Every number that Earshot counts, and the port they leave by. */
@NullMarked
package earshot.core.telemetry;

import org.jspecify.annotations.NullMarked;
