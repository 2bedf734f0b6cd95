/** The files of the measured trees, and the rows: what every side does with them. */
export const DIRS = 20;
export const FILES = 2000;
export const WIDE = 1000;
export const DEEP_DIRS = ['deep', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
export const DEEP = `${DEEP_DIRS.join('/')}/file`;
export const page = new Uint8Array(4096).fill(66);
export const small = new Uint8Array(64).fill(65);
const dirOf = (index) => `data/d${index % DIRS}`;
const namesOf = (make) => Array.from({ length: FILES }, (_, index) => make(index));
/** Made beforehand: putting a path together takes as long as a lookup. */
const files = namesOf((index) => `${dirOf(index)}/file-${index}`);
const moved = namesOf((index) => `${dirOf(index)}/file-${index}.moved`);
const missing = namesOf((index) => `${dirOf(index)}/none-${index}`);
const made = namesOf((index) => `${dirOf(index)}/new-${index}`);

/**
 * What lies in layer `layer` of `layers`: every directory, and its share of the files; `[path, bytes | undefined]`.
 */
export const layerEntries = function* (layer, layers) {
  yield ['data'];
  for (let dir = 0; dir < DIRS; dir++) yield [`data/d${dir}`];
  yield ['wide'];
  for (let index = layer; index < FILES; index += layers) yield [files[index], page];
  for (let index = layer; index < WIDE; index += layers) yield [`wide/entry-${index}`, small];
  for (let depth = 1; depth <= DEEP_DIRS.length; depth++) yield [DEEP_DIRS.slice(0, depth).join('/')];
  if (layer === 0) yield [DEEP, small];
};

/** Milliseconds of processor time, so that what else runs on the machine does not count. */
export const cpuTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Rates of one pass over a freshly mounted side. Rows that a side cannot do as an overlay does are left out; a slow side does a share. */
export const measure = async (side, rows, share = 1) => {
  const rates = {};
  const time = async (row, total, operation) => {
    if (operation === undefined || !rows.includes(row)) return;
    const count = Math.ceil(total * share);
    const start = cpuTime();
    if (side.async) for (let index = 0; index < count; index++) await operation(index);
    else for (let index = 0; index < count; index++) operation(index);
    rates[row] = (count * 1000) / (cpuTime() - start);
  };
  const { stat, miss, readdir, read, create, overwrite, rename, unlink } = side;
  const quarter = FILES / 4;
  await time('stat, first', FILES, (index) => stat(files[index]));
  await time('stat', FILES * 4, (index) => stat(files[index % FILES]));
  await time('stat, missing, first', FILES, (index) => miss(missing[index]));
  await time('stat, missing', FILES * 4, (index) => miss(missing[index % FILES]));
  await time('stat, 10 components', FILES * 4, () => stat(DEEP));
  await time('readdir of 1,000', 50, () => readdir('wide'));
  await time('read 4 KiB', FILES, (index) => read(files[index]));
  await time('create', FILES, create && ((index) => create(made[index])));
  await time('first overwrite 4 KiB', quarter * 2, overwrite && ((index) => overwrite(files[index])));
  await time('overwrite 4 KiB', quarter * 2, overwrite && ((index) => overwrite(files[index])));
  const renamed = quarter * 2;
  await time(
    'rename with copy-up',
    quarter,
    rename && ((index) => rename(files[renamed + index], moved[renamed + index])),
  );
  const removed = quarter * 3;
  await time('unlink with whiteout', quarter, unlink && ((index) => unlink(files[removed + index])));
  return rates;
};
