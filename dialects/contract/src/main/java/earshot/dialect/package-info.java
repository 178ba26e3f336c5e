/** The contract between a client's language and the server: what a dialect is, without a word about sockets. */
@NullMarked
package earshot.dialect;

import org.jspecify.annotations.NullMarked;
