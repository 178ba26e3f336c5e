/** What several nodes share, in Redis: history and messages, presence, and what passes between nodes. Lettuce lives here and nowhere else. */
@NullMarked
package earshot.engine.redis;

import org.jspecify.annotations.NullMarked;
