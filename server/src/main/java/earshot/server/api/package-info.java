/** The server API under /v1: what a product's back end asks of Earshot. */
@NullMarked
package earshot.server.api;

import org.jspecify.annotations.NullMarked;
