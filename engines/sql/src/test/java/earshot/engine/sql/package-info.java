@NullMarked
package earshot.engine.sql;

import org.jspecify.annotations.NullMarked;
