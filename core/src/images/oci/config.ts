/**
 * The image config (OCI image spec, "Image Configuration"; Docker's "Image JSON" has the same fields): what the layers
 * unpack to and what a container of the image runs.
 */
import type { Digest } from './descriptor.ts';
import { arrayIn, objectIn, parseDocument, stringsIn, isObject, type DocumentName } from './document.ts';
import { ImageError } from '../errors.ts';

/** How a container of the image starts. Go's spelling, as stored. */
export interface ContainerConfig {
  readonly User?: string;
  readonly Env?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly Labels?: { readonly [key: string]: string } | null;
}

/** One build step. Steps with `empty_layer` have no layer. */
export interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

/** The document as stored: fields this project does not use are kept, so that a commit does not lose them. */
export interface ImageConfig {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly created?: string;
  readonly author?: string;
  readonly config?: ContainerConfig | null;
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] };
  readonly history?: readonly HistoryEntry[] | null;
}

/** Parses and checks a config. `bad-document` names the field. `rootfs.type` must be `layers` or absent. */
export const parseImageConfig = (bytes: Uint8Array, name: DocumentName): ImageConfig => {
  const document = objectIn(parseDocument(bytes, name), '', name);
  const rootfs = objectIn(document['rootfs'], 'rootfs', name);
  if (rootfs['type'] !== undefined && rootfs['type'] !== '' && rootfs['type'] !== 'layers')
    throw new ImageError('bad-document', {
      ...name.place,
      document: name.document,
      problem: `rootfs.type must be "layers", not ${JSON.stringify(rootfs['type'])}`,
    });
  const diffIds = stringsIn(rootfs['diff_ids'], 'rootfs.diff_ids', name);
  if (isObject(document['config']))
    for (const field of ['Env', 'Entrypoint', 'Cmd']) stringsIn(document['config'][field], `config.${field}`, name);
  arrayIn(document['history'], 'history', name).forEach((row, i) => objectIn(row, `history[${i}]`, name));
  return { ...document, rootfs: { ...rootfs, type: 'layers', diff_ids: diffIds } };
};

/** What a container's first process is made of. */
export interface ImageProcess {
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  /** `''` = root; else `user`, `uid`, `user:group`, … to be looked up in the image's /etc/passwd. */
  readonly user: string;
}

/** containerd's and runc's PATH for an image that sets none. */
const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The process of a container (containerd's `oci.WithImageConfigArgs`): the entrypoint, then `args`, or the image's
 * `Cmd` when there are none.
 */
export const imageProcess = (image: ImageConfig, args: readonly string[] = []): ImageProcess => {
  const { Entrypoint, Cmd, Env, WorkingDir, User } = image.config ?? {};
  const env = Env ?? [];
  return {
    args: [...(Entrypoint ?? []), ...(args.length > 0 ? args : (Cmd ?? []))],
    env: env.some((entry) => entry.startsWith('PATH=')) ? env : [DEFAULT_PATH, ...env],
    cwd: WorkingDir === undefined || WorkingDir === '' ? '/' : WorkingDir,
    user: User ?? '',
  };
};
