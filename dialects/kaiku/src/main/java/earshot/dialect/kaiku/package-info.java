/** Guild chat, direct messages, calls and voice signalling: tagged JSON at {@code /ws}; and the ports by which it asks the product that owns the accounts. */
@NullMarked
package earshot.dialect.kaiku;

import org.jspecify.annotations.NullMarked;
