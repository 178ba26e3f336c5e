/** Tests of the rules of kaiku. */
@NullMarked
package earshot.product.kaiku;

import org.jspecify.annotations.NullMarked;
