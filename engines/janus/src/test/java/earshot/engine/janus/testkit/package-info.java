/** A real Janus for tests. */
package earshot.engine.janus.testkit;
