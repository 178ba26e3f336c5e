/** Waits until it is true, and says what was expected when it is not within the time. */
export async function until(what, test, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = test();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** Everything that a client tells, in order. */
export function record(client) {
  const events = [];
  client.onAny((name, args) => events.push([name, ...args]));
  return {
    events,
    of: name => events.filter(event => event[0] === name).map(event => event[1]),
    texts: () => events.filter(event => event[0] === 'room:message').map(event => event[1].payload),
  };
}
