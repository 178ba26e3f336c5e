/**
 * The loop that Earshot is compared with: what Netty can do when nothing is promised. No users, no limits, no history, no slow readers. It
 * speaks just enough of the waddle protocol for the same load to run against both.
 */
@NullMarked
package earshot.bench.bare;

import org.jspecify.annotations.NullMarked;
