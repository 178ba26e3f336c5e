/** Core's meter, in the text format that Prometheus scrapes. */
@NullMarked
package earshot.engine.prometheus;

import org.jspecify.annotations.NullMarked;
