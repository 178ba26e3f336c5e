/** What a dialect's product says on channels of its own, without a word to us. */
@NullMarked
package earshot.core.product;

import org.jspecify.annotations.NullMarked;
