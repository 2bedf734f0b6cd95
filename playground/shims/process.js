/** memfs asks for these three when no global `process` is there. */
export const cwd = () => '/';
export const env = {};
export const emitWarning = (message) => console.warn(message);
