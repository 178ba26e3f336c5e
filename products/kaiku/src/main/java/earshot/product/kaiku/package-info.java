/** What the guild chat kaiku knows of people, guilds, channels and who may do what; its tables are behind ports. */
@NullMarked
package earshot.product.kaiku;

import org.jspecify.annotations.NullMarked;
