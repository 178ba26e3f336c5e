// The bytes of protobuf, for messages described by tables: https://protobuf.dev/programming-guides/encoding/
// A table has a row [number, name, kind, of] for each field; `of` is the table, or the kind, of what a 'message', 'list' or 'map' holds.

const utf8 = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder();

export const toJson = value => utf8.encode(JSON.stringify(value ?? null));

/** Undefined: it is none. */
export function fromJson(bytes) {
  try {
    return JSON.parse(strict.decode(bytes));
  } catch {
    return undefined;
  }
}

const VARINT = 0, I64 = 1, LEN = 2, I32 = 5;
const wireType = kind => (kind === 'float' ? I32 : ['int32', 'uint32', 'int64', 'bool'].includes(kind) ? VARINT : LEN);
const defaults = kind => ({ string: '', bytes: new Uint8Array(0), bool: false, list: [], map: {} })[kind] ?? 0;

export class Writer {
  #bytes = new Uint8Array(128);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  done() {
    return this.#bytes.subarray(0, this.#at);
  }

  field(number, kind, value, of) {
    if (value === undefined || value === null) return;
    if (kind === 'list') return value.forEach(v => this.#always(number, typeof of === 'string' ? of : 'message', v, of));
    if (kind === 'map') {
      const entry = [[1, 'key', 'string'], [2, 'value', of]];
      return Object.entries(value).forEach(([k, v]) => this.#always(number, 'message', { key: k, value: component(v, of) }, entry));
    }
    const isDefault = kind !== 'message' && (value.length === 0 || value === 0 || value === false);
    if (!isDefault) this.#always(number, kind, value, of);
  }

  #always(number, kind, value, of) {
    this.#varint(number * 8 + wireType(kind));
    switch (kind) {
      case 'string': return this.#lengthAnd(utf8.encode(String(value)));
      case 'bytes': return this.#lengthAnd(value);
      case 'float': return this.#float(Number(value));
      case 'bool': return this.#varint(value ? 1 : 0);
      case 'message': {
        const inner = new Writer();
        for (const [n, name, k, o] of of) inner.field(n, k, value[name], o);
        return this.#lengthAnd(inner.done());
      }
      default: return this.#varint(Number(value));
    }
  }

  #lengthAnd(bytes) {
    this.#varint(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #float(value) {
    if (!Number.isFinite(value)) throw new RangeError(`${value} is nowhere (expected: a finite number)`);
    this.#room(4);
    this.#view.setFloat32(this.#at, value, true);
    this.#at += 4;
  }

  /** Whole numbers up to 2^53; a negative one takes ten bytes, in two's complement. */
  #varint(value) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number`);
    this.#room(10);
    let low = value >>> 0;
    let high = Math.floor(value / 2 ** 32) >>> 0;
    while (high > 0 || low > 127) {
      this.#bytes[this.#at++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#bytes[this.#at++] = low;
  }

  #room(more) {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

export class Reader {
  #bytes;
  #view;
  #at = 0;
  #low = 0;

  constructor(bytes) {
    this.#bytes = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
  }

  atEnd() {
    return this.#at >= this.#bytes.length;
  }

  /** The lower 32 bits, unsigned. */
  varint() {
    this.#number();
    return this.#low;
  }

  /** What follows a tag. A field that is there in another form than the schema's makes the message none of ours. */
  value(tag, kind, of) {
    if ((tag & 7) !== wireType(kind)) throw new RangeError(`field ${tag >>> 3} is no ${kind}`);
    switch (kind) {
      case 'string': return string(this.#slice());
      case 'bytes': return new Uint8Array(this.#slice());
      case 'float': return this.#float();
      case 'bool': return this.#number() !== 0;
      case 'message': return new Reader(this.#slice()).#message(of);
      case 'int64': return this.#number();
      case 'uint32': return this.varint();
      default: return this.varint() | 0;
    }
  }

  skip(tag) {
    switch (tag & 7) {
      case VARINT: return void this.#number();
      case I64: return void this.#take(8);
      case LEN: return void this.#slice();
      case I32: return void this.#take(4);
      default: throw new RangeError(`wire type ${tag & 7}`);
    }
  }

  #message(fields) {
    const value = {};
    for (const [, name, kind] of fields) if (kind !== 'message') value[name] = defaults(kind);
    while (!this.atEnd()) {
      const tag = this.varint();
      const field = fields.find(f => f[0] === tag >>> 3);
      if (!field) {
        this.skip(tag);
        continue;
      }
      const [, name, kind, of] = field;
      if (kind === 'list') value[name].push(typeof of === 'string' ? this.value(tag, of) : this.value(tag, 'message', of));
      else if (kind === 'map') {
        const { key, value: v } = this.value(tag, 'message', [[1, 'key', 'string'], [2, 'value', of]]);
        Object.defineProperty(value[name], key, { value: meaning(v), enumerable: true, configurable: true, writable: true });
      } else value[name] = this.value(tag, kind, of);
    }
    return value;
  }

  /** A double holds it exactly up to 2^53, which milliseconds reach in 287,000 years. */
  #number() {
    let low = 0, high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.atEnd()) throw new RangeError('cut off in a number');
      const byte = this.#bytes[this.#at++];
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.#low = low >>> 0;
        return (high | 0) * 2 ** 32 + this.#low;
      }
    }
    throw new RangeError('a number of more than ten bytes');
  }

  #float() {
    const at = this.#take(4);
    return shortest(this.#view.getFloat32(at, true));
  }

  #slice() {
    const length = this.varint();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  #take(length) {
    const at = this.#at;
    if (length > this.#bytes.length - at) throw new RangeError(`cut off: ${length} bytes are said to follow`);
    this.#at = at + length;
    return at;
  }
}

/** 1.8, not the 1.7999999523162842 that its 32 bits are as a double. */
function shortest(float) {
  const rounded = Number(float.toPrecision(7));
  return Math.fround(rounded) === float ? rounded : float;
}

/** Most strings are short and plain: then this is several times as fast as a TextDecoder. */
function string(bytes) {
  if (bytes.length > 64) return lenient.decode(bytes);
  let s = '';
  for (const b of bytes) {
    if (b > 127) return lenient.decode(bytes);
    s += String.fromCharCode(b);
  }
  return s;
}

/** A component of an entity: any JSON. In a spawn strings stand for themselves; in an update everything is JSON. */
function component(value, kind) {
  if (kind === 'bytes') return toJson(value);
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function meaning(value) {
  const isText = typeof value === 'string';
  if (isText && !/^[{[]/.test(value)) return value;
  const parsed = fromJson(isText ? utf8.encode(value) : value);
  if (parsed !== undefined) return parsed;
  return isText ? value : btoa(Array.from(value, b => String.fromCharCode(b)).join(''));
}
