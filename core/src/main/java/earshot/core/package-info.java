/** The domain: rooms, members, messages, presence, history. Knows the JDK and nothing else. */
@NullMarked
package earshot.core;

import org.jspecify.annotations.NullMarked;
