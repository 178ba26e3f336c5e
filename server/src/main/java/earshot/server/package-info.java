/** The command line, the configuration and the wiring: puts core, dialects, gateway and engines together. */
@NullMarked
package earshot.server;

import org.jspecify.annotations.NullMarked;
