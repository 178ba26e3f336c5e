/** Clocks, loops, fakes and contracts for the tests of all modules. */
@org.jspecify.annotations.NullMarked
package earshot.core.testkit;
