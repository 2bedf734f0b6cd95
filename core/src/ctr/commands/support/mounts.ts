import type { Mount } from '../../../kernel/index.ts';
import { printedJson } from '../../print/json.ts';

/** mount(8) commands, one a line. */
export const mountLines = (mounts: readonly Mount[], target: string): string =>
  mounts
    .map(({ type, source, target: below, options }) => {
      const place = below === undefined ? target : `${target}/${below}`;
      return `mount -t ${type} ${source} ${place} -o ${options.join(',')}\n`;
    })
    .join('');

/** As Go's encoder writes containerd's mounts. */
export const mountsJson = (mounts: readonly Mount[]): string =>
  printedJson(
    mounts.map(({ type, source, target, options }) => ({
      Type: type,
      Source: source,
      ...(target === undefined ? {} : { Target: target }),
      Options: options,
    })),
  );
