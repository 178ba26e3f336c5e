@NullMarked
package earshot.engine.prometheus;

import org.jspecify.annotations.NullMarked;
