package earshot.dialect.graphwiz;

import earshot.dialect.graphwiz.wire.Wire.Message;

/**
 * A message from a client, understood.
 *
 * @param type what it is (see {@link Types#of}); in a hub frame also a number that the schema does not have
 * @param message what it says; of a type that the schema does not have, no more than id and time
 * @param raw as it came
 * @param disagrees whether its type names something else than its payload
 */
record Heard(Framing framing, int type, Message message, byte[] raw, boolean disagrees) {}
