/** The HTTP side of kaiku: the paths, bodies and errors that its clients know. */
@NullMarked
package earshot.product.kaiku.http;

import org.jspecify.annotations.NullMarked;
