/** Tests of the dialect: its codecs against the vectors of its protocol file, its conversation, and whole rooms. */
@NullMarked
package earshot.dialect.graphwiz;

import org.jspecify.annotations.NullMarked;
