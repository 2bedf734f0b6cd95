/** just-bash's gzip and tar programs, which core's shell does not offer, take these. */
const notHere = () => {
  throw new Error('zlib is not part of the browser bundle');
};
export const constants = {};
export const gunzipSync = notHere;
export const gzipSync = notHere;
export const inflateSync = notHere;
export const deflateSync = notHere;
