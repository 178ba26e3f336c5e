/** Multi-tenant rooms with presence and replay: Socket.IO 5 to core and back. */
@NullMarked
package earshot.dialect.summit;

import org.jspecify.annotations.NullMarked;
