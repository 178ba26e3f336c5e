/** The parts of Engine.IO 4 that need no socket: packets in bodies, session ids, refusals, cross-origin rules. ENGINEIO.md beside this module says more. */
@org.jspecify.annotations.NullMarked
package earshot.gateway.engineio;
