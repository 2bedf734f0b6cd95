/**
 * Values on their way between two threads: a tag byte, then little-endian bytes. A list begins with its count.
 * Objects travel as lists of their fields; who sends and who receives agree on the order.
 */
import { decodeName, encodeName } from '../../fs/index.ts';

export type Value = undefined | boolean | number | bigint | string | Uint8Array | readonly Value[];

const UNDEFINED = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const BIGINT = 4;
const STRING = 5;
const BYTES = 6;
const LIST = 7;

/** Writes into `bytes`; answers how many were used. RangeError when they do not suffice. */
export const encodeValue = (value: Value, bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const putBytes = (tag: number, content: Uint8Array): void => {
    view.setUint8(at, tag);
    view.setUint32(at + 1, content.length, true);
    bytes.set(content, at + 5);
    at += 5 + content.length;
  };
  const put = (each: Value): void => {
    if (each === undefined) view.setUint8(at++, UNDEFINED);
    else if (typeof each === 'boolean') view.setUint8(at++, each ? TRUE : FALSE);
    else if (typeof each === 'number') {
      view.setUint8(at, NUMBER);
      view.setFloat64(at + 1, each, true);
      at += 9;
    } else if (typeof each === 'bigint') {
      view.setUint8(at, BIGINT);
      view.setBigInt64(at + 1, each, true);
      at += 9;
    } else if (typeof each === 'string') putBytes(STRING, encodeName(each));
    else if (each instanceof Uint8Array) putBytes(BYTES, each);
    else {
      view.setUint8(at, LIST);
      view.setUint32(at + 1, each.length, true);
      at += 5;
      for (const item of each) put(item);
    }
  };
  put(value);
  return at;
};

/** Reads one value. Bytes in it are copies. */
export const decodeValue = (bytes: Uint8Array): Value => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const takeBytes = (): Uint8Array => {
    const length = view.getUint32(at, true);
    at += 4 + length;
    return bytes.slice(at - length, at);
  };
  const take = (): Value => {
    const tag = view.getUint8(at++);
    switch (tag) {
      case UNDEFINED:
        return undefined;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case NUMBER:
        at += 8;
        return view.getFloat64(at - 8, true);
      case BIGINT:
        at += 8;
        return view.getBigInt64(at - 8, true);
      case STRING:
        return decodeName(takeBytes());
      case BYTES:
        return takeBytes();
      case LIST: {
        const count = view.getUint32(at, true);
        at += 4;
        return Array.from({ length: count }, take);
      }
      default:
        throw new RangeError(`no value begins with ${tag}`);
    }
  };
  return take();
};
