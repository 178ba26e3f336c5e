@NullMarked
package earshot.bench.table;

import org.jspecify.annotations.NullMarked;
