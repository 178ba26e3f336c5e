/** A random UUID. `crypto.randomUUID` is there in secure contexts only; a page of a test server on plain http is none. */
export function uuid(): string {
  const crypto = globalThis.crypto;
  if (typeof crypto?.randomUUID === 'function') return crypto.randomUUID();
  const bytes = new Uint8Array(16);
  if (crypto === undefined) bytes.forEach((_, i) => (bytes[i] = Math.floor(Math.random() * 256))); // Node 18 without its global
  else crypto.getRandomValues(bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** About how many bytes a value takes as JSON; binary parts count as they are. Throws a RangeError when it contains itself. */
export function sizeOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return value.length + 2;
    case 'object':
      break;
    default:
      return 8;
  }
  if (value === null) return 4;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof Blob !== 'undefined' && value instanceof Blob) return value.size;
  let bytes = 2;
  for (const [key, member] of Object.entries(value)) bytes += key.length + 4 + sizeOf(member);
  return bytes;
}
