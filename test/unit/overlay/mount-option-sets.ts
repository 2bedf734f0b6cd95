/** Every combination of the options that depend on each other, with and without an upper layer. */
export interface OptionSet {
  readonly hasUpper: boolean;
  /** As mount(2) takes them, without the layers. */
  readonly words: readonly string[];
}

const CHOICES: readonly (readonly string[])[] = [
  ['', 'index=off', 'index=on'],
  ['', 'nfs_export=off', 'nfs_export=on'],
  ['', 'metacopy=off', 'metacopy=on'],
  ['', 'redirect_dir=on', 'redirect_dir=off', 'redirect_dir=follow', 'redirect_dir=nofollow'],
  ['', 'userxattr'],
  ['', 'verity=off', 'verity=on', 'verity=require'],
];

const combine = (choices: readonly (readonly string[])[]): readonly (readonly string[])[] => {
  const [first, ...rest] = choices;
  if (first === undefined) return [[]];
  const others = combine(rest);
  return first.flatMap((word) => others.map((words) => (word === '' ? words : [word, ...words])));
};

export const OPTION_SETS: readonly OptionSet[] = [true, false].flatMap((hasUpper) =>
  combine(CHOICES).map((words) => ({ hasUpper, words })),
);

/** `ok` and what /proc/mounts shows beside layers and uuid, or the errno; then what the kernel logged. */
export type OptionAnswer = string;

/** What /proc/mounts shows, without what is another in every mount. */
export const shownOptions = (options: string): string =>
  options
    .split(',')
    .filter((word) => !/^(ro|rw|relatime|(lowerdir|upperdir|workdir|uuid)=.*)$/.test(word))
    .join(',');
