/** Why the server did not let us in, and what may help: another token, time, or nothing. */
export interface Refusal {
  code: string;
  message: string;
  cure: 'token' | 'time' | 'none';
}

/** The texts of the seed's server; Earshot sends their codes as well. */
const CODES: Record<string, string> = {
  'Authentication token required': 'TOKEN_REQUIRED',
  'Invalid token': 'INVALID_TOKEN',
  'Token expired': 'TOKEN_EXPIRED',
  'Authentication failed': 'AUTHENTICATION_FAILED',
  'Rate limit exceeded': 'RATE_LIMIT_EXCEEDED',
};

const CURES: Record<string, Refusal['cure']> = {
  TOKEN_REQUIRED: 'token',
  INVALID_TOKEN: 'token',
  TOKEN_EXPIRED: 'token',
  AUTHENTICATION_FAILED: 'time',
  RATE_LIMIT_EXCEEDED: 'time',
};

/** Reads a CONNECT_ERROR packet as socket.io-client hands it on: an error with the packet's `message` and `data`. */
export function refusal(error: Error & { data?: unknown }): Refusal {
  const told = (error.data as { code?: unknown } | null | undefined)?.code;
  const code = typeof told === 'string' ? told : (CODES[error.message] ?? 'REFUSED');
  return { code, message: error.message, cure: CURES[code] ?? 'none' };
}
