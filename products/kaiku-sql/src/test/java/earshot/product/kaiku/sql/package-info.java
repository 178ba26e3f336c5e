/** The same tests for every database that kaiku's tables may be in. */
@NullMarked
package earshot.product.kaiku.sql;

import org.jspecify.annotations.NullMarked;
