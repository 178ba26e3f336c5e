/** All that can be said: commands in, events and replies out, and the values they are made of. Depends on nothing. */
@NullMarked
package earshot.core.message;

import org.jspecify.annotations.NullMarked;
