/** The files of the measured trees, and the rows: what every side does with them. */
export const DIRS = 20;
export const FILES = 2000;
export const WIDE = 1000;
export const DEEP_DIRS = ['deep', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
export const DEEP = `${DEEP_DIRS.join('/')}/file`;
export const page = new Uint8Array(4096).fill(66);
export const small = new Uint8Array(64).fill(65);
export const dirOf = (index) => `data/d${index % DIRS}`;
export const fileOf = (index) => `${dirOf(index)}/file-${index}`;

/**
 * What lies in layer `layer` of `layers`: every directory, and its share of the files; `[path, bytes | undefined]`.
 */
export const layerEntries = function* (layer, layers) {
  yield ['data'];
  for (let dir = 0; dir < DIRS; dir++) yield [`data/d${dir}`];
  yield ['wide'];
  for (let index = layer; index < FILES; index += layers) yield [fileOf(index), page];
  for (let index = layer; index < WIDE; index += layers) yield [`wide/entry-${index}`, small];
  for (let depth = 1; depth <= DEEP_DIRS.length; depth++) yield [DEEP_DIRS.slice(0, depth).join('/')];
  if (layer === 0) yield [DEEP, small];
};

/** Rates of one pass over a freshly mounted side. Rows that a side cannot do as an overlay does are left out; a slow side does a share. */
export const measure = async (side, rows, share = 1) => {
  const rates = {};
  const time = async (row, total, operation) => {
    if (operation === undefined || !rows.includes(row)) return;
    const count = Math.ceil(total * share);
    const start = performance.now();
    if (side.async) for (let index = 0; index < count; index++) await operation(index);
    else for (let index = 0; index < count; index++) operation(index);
    rates[row] = (count * 1000) / (performance.now() - start);
  };
  const { stat, miss, readdir, read, create, overwrite, rename, unlink } = side;
  const quarter = FILES / 4;
  await time('stat, first', FILES, (index) => stat(fileOf(index)));
  await time('stat', FILES * 4, (index) => stat(fileOf(index % FILES)));
  await time('stat, missing, first', FILES, (index) => miss(`${dirOf(index)}/none-${index}`));
  await time('stat, missing', FILES * 4, (index) => miss(`${dirOf(index)}/none-${index % FILES}`));
  await time('stat, 10 components', FILES * 4, () => stat(DEEP));
  await time('readdir of 1,000', 50, () => readdir('wide'));
  await time('read 4 KiB', FILES, (index) => read(fileOf(index)));
  await time('create', FILES, create && ((index) => create(`${dirOf(index)}/new-${index}`)));
  await time('first overwrite 4 KiB', quarter * 2, overwrite && ((index) => overwrite(fileOf(index))));
  await time('overwrite 4 KiB', quarter * 2, overwrite && ((index) => overwrite(fileOf(index))));
  const third = quarter * 2;
  await time(
    'rename with copy-up',
    quarter,
    rename && ((index) => rename(fileOf(third + index), `${fileOf(third + index)}.moved`)),
  );
  const fourth = quarter * 3;
  await time('unlink with whiteout', quarter, unlink && ((index) => unlink(fileOf(fourth + index))));
  return rates;
};
