// A product's back end in one file: see ../README.md.
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const earshot = process.env.EARSHOT_URL ?? 'http://127.0.0.1:9001';
const key = process.env.EARSHOT_KEY;
const port = Number(process.env.PORT ?? 9100);
const votes = new Map(); // comment id -> [up, down]; your database

if (!key) {
  console.error('EARSHOT_KEY is missing: the API key that `./earshot serve` prints, or `./earshot api-key create backend --scopes messages:write`');
  process.exit(2);
}

/** Tells Earshot; tries again when it is worth it, which the idempotency key makes safe. */
async function tell(method, path, body) {
  const once = randomUUID();
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(`${earshot}/v1/threadkit/rooms${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': once },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    }).catch(e => ({ ok: false, status: 503, json: async () => ({ error: { message: String(e) } }) }));
    if (answer.ok) return answer.json();
    if (answer.status < 500 && answer.status !== 429 || attempt === 5) {
      const problem = await answer.json().catch(() => ({}));
      throw Object.assign(new Error(problem.error?.message ?? 'Earshot refused'), { status: answer.status });
    }
    await new Promise(r => setTimeout(r, Math.random() * 200 * 2 ** attempt));
  }
}

/** The same name is the same user. Yours come from your users table. */
const userId = name => createHash('sha256').update(name).digest('hex').replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-4$3-8$4-$5');

const routes = [
  ['POST', /^\/pages\/([^/]+)\/comments$/, ([page], { author, text, parent }) => {
    if (typeof author !== 'string' || !author) throw new Error('author: missing (expected: a name)');
    return tell('POST', `/${page}/messages`, { id: randomUUID(), author: { id: userId(author), name: author }, text, ...(parent ? { replyTo: parent } : {}) });
  }],
  ['PUT', /^\/pages\/([^/]+)\/comments\/([^/]+)$/, ([page, id], { text }) => tell('PATCH', `/${page}/messages/${id}`, { text })],
  ['DELETE', /^\/pages\/([^/]+)\/comments\/([^/]+)$/, ([page, id]) => tell('DELETE', `/${page}/messages/${id}`)],
  ['POST', /^\/pages\/([^/]+)\/comments\/([^/]+)\/vote$/, ([page, id], { direction }) => {
    const sums = votes.get(id) ?? [0, 0];
    sums[direction > 0 ? 0 : 1]++;
    votes.set(id, sums);
    return tell('PUT', `/${page}/messages/${id}/votes`, { upvotes: sums[0], downvotes: sums[1] });
  }],
];

async function handle(request, response) {
  const say = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const path = request.url.split('?')[0];
  const found = routes.map(([method, pattern, run]) => ({ method, words: pattern.exec(path), run })).find(r => r.words && r.method === request.method);
  if (!found) return say(404, { error: 'no such path; the README has all of them' });
  let text = '';
  for await (const chunk of request) if ((text += chunk).length > 20_000) return say(413, { error: 'too long' });
  try {
    say(200, await found.run(found.words.slice(1), text ? JSON.parse(text) : {}));
  } catch (e) {
    say(e.status ?? 400, { error: e.message });
  }
}

createServer(handle).listen(port, '127.0.0.1', () => console.log(`comments at http://127.0.0.1:${port}, told to ${earshot}`));
