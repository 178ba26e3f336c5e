/** Comment threads on web pages: JSON-RPC 2.0 notifications to core and back. */
@NullMarked
package earshot.dialect.threadkit;

import org.jspecify.annotations.NullMarked;
