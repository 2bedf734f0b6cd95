import type { playUntilSure } from '../overlay/compare.ts';
import type { Scene } from '../overlay/scene.ts';

/** In how many sequences which option had which value. */
export class Tally {
  operations = 0;
  sequences = 0;
  readonly #axes = new Map<string, Map<string, number>>();
  #vanished = 0;
  readonly #ends = new Map<string, number>();

  add(scene: Scene, { operations, endedBy, vanished }: ReturnType<typeof playUntilSure>): void {
    this.operations += operations;
    this.sequences += 1;
    for (const [axis, value] of Object.entries(axesOf(scene))) {
      let values = this.#axes.get(axis);
      if (values === undefined) this.#axes.set(axis, (values = new Map()));
      values.set(value, (values.get(value) ?? 0) + 1);
    }
    if (endedBy !== undefined) this.#ends.set(endedBy, (this.#ends.get(endedBy) ?? 0) + 1);
    if (vanished) this.#vanished += 1;
  }

  report(seed: number, divergences: number, seconds: number): string {
    const share = (count: number): string => `${Math.round((100 * count) / this.sequences)} %`;
    const byValue = (values: ReadonlyMap<string, number>): string =>
      [...values]
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([value, count]) => `${value} ${share(count)}`)
        .join(', ');
    const ends = [...this.#ends].map(([why, count]) => `${count} ended early by ${why}`);
    if (this.#vanished > 0) ends.push(`${this.#vanished} diverged and then not again`);
    return [
      `${this.operations} operations in ${this.sequences} sequences from seed ${seed}, ${divergences} divergences, ${seconds} s`,
      ...(ends.length === 0 ? [] : [ends.join(', ')]),
      'axes:',
      ...[...this.#axes].map(([axis, values]) => `  ${axis}: ${byValue(values)}`),
    ].join('\n');
  }
}

const axesOf = (scene: Scene): Readonly<Record<string, string>> => ({
  redirect_dir: scene.redirectDir,
  metacopy: yes(scene.metacopy),
  index: scene.index === 'nfs' ? 'on, nfs_export' : scene.index,
  xino: scene.xino,
  userxattr: yes(scene.userxattr),
  lowers: String(scene.lowers.length),
  'data-only lowers': String(scene.dataLowers.length),
  'file systems': scene.separateFs ? '2' : '1',
  'upper not empty': yes(Object.keys(scene.upper).length > 0),
  users: scene.operations.some((operation) => 'user' in operation) ? '2' : '1',
});

const yes = (value: boolean): string => (value ? 'on' : 'off');
