/** Results as pages: one file each, drawn here as SVG, no script, readable by light and by dark. */
@NullMarked
package earshot.bench.page;

import org.jspecify.annotations.NullMarked;
