/** References as containerd's resolver reads them: `host/path:tag`, `host/path@digest`. Nothing is made up for what is missing. */

export interface RemoteReference {
  /** Without its port. */
  readonly host: string;
  readonly path: string;
  /** Host, port and path. */
  readonly repository: string;
}

/** Throws what containerd says of a reference without host, or without tag and digest. */
export const parseReference = (reference: string): RemoteReference => {
  const refuse = (problem: string): never => {
    throw new Error(`failed to resolve reference "${reference}": ${problem}`);
  };
  if (reference === '') return refuse('hostname required');
  const [, host = '', path] = /^([^/]*)\/([^:@]+)[:@]./.exec(reference) ?? [];
  return path === undefined
    ? refuse('object required')
    : { host: host.replace(/:\d*$/, ''), path, repository: `${host}/${path}` };
};
