/** Voice rooms: who is in them, what they are told, and the port of the media engine that mixes what they say. */
@NullMarked
package earshot.core.voice;

import org.jspecify.annotations.NullMarked;
