/** Tests of the dialect, and a world for them. */
@NullMarked
package earshot.dialect.kaiku;

import org.jspecify.annotations.NullMarked;
