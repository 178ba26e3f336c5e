/** What tenants use: messages and users per hour, connections per minute; gathered on the loops, kept by an engine, rolled up per day and month. */
@NullMarked
package earshot.core.usage;

import org.jspecify.annotations.NullMarked;
