/** Voices, mixed by the AudioBridge of a Janus WebRTC server, over its WebSocket API. */
@NullMarked
package earshot.engine.janus;

import org.jspecify.annotations.NullMarked;
