/** From the fields of the form to the fault the node understands. */
import type { Fault } from '@layerscope/core/sandbox';

export const EFFECTS = ['ENOSPC', 'EIO', 'crash'] as const;
export const LAYERS = ['disk', 'kernel', 'store'] as const;

export const CALLS_BY_LAYER: Readonly<Record<(typeof LAYERS)[number], readonly string[]>> = {
  disk: ['create', 'mkdir', 'mknod', 'symlink', 'link', 'unlink', 'rmdir', 'rename', 'write', 'setattr', 'setxattr'],
  kernel: ['mkdir', 'makeTemporary', 'rename', 'removeAll', 'chmod', 'lchown', 'mount', 'unmount'],
  store: ['commit'],
};

const isOneOf = <T extends string>(values: readonly T[], value: unknown): value is T =>
  values.some((each) => each === value);

/** Fields that are empty ask for nothing. */
export const faultOf = (form: Pick<FormData, 'get'>): Fault => {
  const [on, effect, call, path] = ['on', 'effect', 'call', 'path'].map((name) => form.get(name));
  const number = Math.max(1, Math.trunc(Number(form.get('number')) || 1));
  return {
    on: isOneOf(LAYERS, on) ? on : 'disk',
    effect: isOneOf(EFFECTS, effect) ? effect : 'EIO',
    number,
    ...(typeof call === 'string' && call !== '' ? { call } : {}),
    ...(typeof path === 'string' && path !== '' ? { path } : {}),
  };
};
