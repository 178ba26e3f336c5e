/** A client that may break every rule, to see what happens. */
@NullMarked
package earshot.gateway.testkit;

import org.jspecify.annotations.NullMarked;
