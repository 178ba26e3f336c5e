/** What operators and probes read: health, statistics, metrics. */
@NullMarked
package earshot.server.status;

import org.jspecify.annotations.NullMarked;
