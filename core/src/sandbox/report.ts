/**
 * What a run of an image shows, as plain data: the stable, machine-readable form that `layerscope run --json` prints,
 * the page draws and tests compare. Same image, command and seed: the same bytes on every platform.
 */
import { formatPlatform, type Digest } from '../images/index.ts';
import type { Mount, Usage } from '../kernel/index.ts';
import type { Change } from './changes.ts';
import type { Container, ContainerResult } from './containers/container.ts';
import type { Sandbox, SandboxImage } from './sandbox.ts';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const REPORT_VERSION = 1;

export interface LayerReport {
  /** Of the blob as stored. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes of the blob. */
  readonly size: number;
  readonly diffId: Digest;
  readonly chainId: Digest;
  /** What the committed snapshot takes. */
  readonly usage: Usage;
}

export interface RunReport {
  readonly version: typeof REPORT_VERSION;
  readonly image: {
    readonly source: string;
    readonly references: readonly string[];
    readonly format: 'docker' | 'oci';
    readonly platform: string;
    readonly manifest: Digest;
    readonly config: Digest;
    /** Lowest first. */
    readonly layers: readonly LayerReport[];
  };
  readonly container: {
    readonly id: string;
    readonly snapshotter: string;
    readonly parent: Digest;
    readonly rootfs: string;
    readonly mounts: readonly Mount[];
  };
  readonly command: {
    readonly args: readonly string[];
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
  };
  readonly changes: readonly Change[];
  /** What the container's writable layer takes. */
  readonly usage: Usage;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What is known before anything ran. */
export type StartReport = Pick<RunReport, 'version' | 'image' | 'container'>;

/** Describes an unpacked image and a container on it. */
export const startReport = async (
  sandbox: Sandbox,
  image: SandboxImage,
  container: Container,
): Promise<StartReport> => {
  const layers: LayerReport[] = [];
  for (const { descriptor, diffId, chainId } of image.layers) {
    const { digest, mediaType, size } = descriptor;
    layers.push({ digest, mediaType, size, diffId, chainId, usage: await sandbox.snapshotter.usage(chainId) });
  }
  return {
    version: REPORT_VERSION,
    image: {
      source: image.name,
      references: image.references,
      format: image.format,
      platform: formatPlatform(image.platform),
      manifest: image.target.digest,
      config: image.manifest.config.digest,
      layers,
    },
    container: {
      id: container.id,
      snapshotter: sandbox.snapshotterName,
      parent: image.layers.at(-1)?.chainId ?? '',
      rootfs: container.rootfs,
      mounts: container.mounts,
    },
  };
};

/** Completes the report once `result` is there. */
export const runReport = async (
  sandbox: Sandbox,
  start: StartReport,
  container: Container,
  { args, exitCode, stdout, stderr }: ContainerResult,
): Promise<RunReport> => ({
  ...start,
  command: { args, exitCode, stdout: text(stdout), stderr: text(stderr) },
  changes: await container.changes(),
  usage: await sandbox.snapshotter.usage(container.id),
});
