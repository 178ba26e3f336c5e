import { createHmac } from 'node:crypto';

const encode = value => Buffer.from(value).toString('base64url');
const sign = (head, body, secret) => createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url');

/** A JWT (HS256) as the server reads it. */
export function jwt(claims, secret) {
  const head = encode('{"alg":"HS256","typ":"JWT"}');
  const body = encode(JSON.stringify({ iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 3600, ...claims }));
  return `${head}.${body}.${sign(head, body, secret)}`;
}

/** The claims, or the seed's text of the refusal. */
export function verify(token, secret) {
  if (!token) throw new Error('Authentication token required');
  const [head, body, signature] = String(token).split('.');
  if (!body || sign(head, body, secret) !== signature) throw new Error('Invalid token');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  if (claims.exp * 1000 <= Date.now()) throw new Error('Token expired');
  return claims;
}
