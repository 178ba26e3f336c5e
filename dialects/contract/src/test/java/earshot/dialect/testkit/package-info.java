/** What every dialect is tested with: the contract, sample events, a recording inbox, and a dialect made to be awkward. */
@NullMarked
package earshot.dialect.testkit;

import org.jspecify.annotations.NullMarked;
