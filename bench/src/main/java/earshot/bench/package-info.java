/** How fast, and compared with what: benchmarks of hot paths and the load generator. */
@NullMarked
package earshot.bench;

import org.jspecify.annotations.NullMarked;
