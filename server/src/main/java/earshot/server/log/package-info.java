/** Our log lines, as text for people or JSON for machines. */
@NullMarked
package earshot.server.log;

import org.jspecify.annotations.NullMarked;
