/** Tokens: who signed them, whether they are in time; and how to make them for development. */
@NullMarked
package earshot.server.token;

import org.jspecify.annotations.NullMarked;
