/** What people look at: the page on {@code /}, and in development the demos with the little back end that they need. */
@NullMarked
package earshot.server.page;

import org.jspecify.annotations.NullMarked;
