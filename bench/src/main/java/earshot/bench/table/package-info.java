/** The whole comparison in one command: servers one after the other under the same load, in rounds, judged against the bare loop, written down. */
@NullMarked
package earshot.bench.table;

import org.jspecify.annotations.NullMarked;
