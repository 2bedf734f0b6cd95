/** memfs derives its stream classes from these when it is loaded; core opens none. */
export function Readable() {
  throw new Error('memfs streams are not part of the browser bundle');
}
export function Writable() {
  throw new Error('memfs streams are not part of the browser bundle');
}
