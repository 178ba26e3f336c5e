/** Tests of the summit dialect. */
@NullMarked
package earshot.dialect.summit;

import org.jspecify.annotations.NullMarked;
