/** Tests of what the HTTP side is made of. */
@NullMarked
package earshot.product.kaiku.http;

import org.jspecify.annotations.NullMarked;
