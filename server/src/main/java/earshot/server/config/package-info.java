/** What an operator can set: each setting declared once, read from file, environment and flags, with the origin of every value. */
@NullMarked
package earshot.server.config;

import org.jspecify.annotations.NullMarked;
