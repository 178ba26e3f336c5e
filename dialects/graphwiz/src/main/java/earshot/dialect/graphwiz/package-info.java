/** XR rooms: avatars, entities and chat, over protobuf and over the frames of the original hub client. */
@NullMarked
package earshot.dialect.graphwiz;

import org.jspecify.annotations.NullMarked;
