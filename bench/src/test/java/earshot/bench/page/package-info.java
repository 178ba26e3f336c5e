@NullMarked
package earshot.bench.page;

import org.jspecify.annotations.NullMarked;
