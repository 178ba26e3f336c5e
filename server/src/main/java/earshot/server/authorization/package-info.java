/** The product's word on who may do what, asked over HTTP. */
@NullMarked
package earshot.server.authorization;

import org.jspecify.annotations.NullMarked;
