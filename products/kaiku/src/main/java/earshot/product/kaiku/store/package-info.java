/** Ports: the tables of kaiku, and news of what changed in them. */
@NullMarked
package earshot.product.kaiku.store;

import org.jspecify.annotations.NullMarked;
