/** Sockets and HTTP: carries the frames of the dialects, and knows none of them. All our Netty code lives here. */
@NullMarked
package earshot.gateway;

import org.jspecify.annotations.NullMarked;
