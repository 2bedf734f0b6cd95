/** A line as words: blanks separate, quotes and backslashes keep together, as in POSIX sh. */
export const splitWords = (line: string): readonly string[] => {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const unit = line[at] ?? '';
    if (quote === '' && (unit === ' ' || unit === '\t' || unit === '\n')) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === '' && (unit === '"' || unit === "'")) {
      quote = unit;
      word ??= '';
    } else if (unit === quote) quote = '';
    else if (unit === '\\' && quote !== "'" && at + 1 < line.length) word = (word ?? '') + (line[(at += 1)] ?? '');
    else word = (word ?? '') + unit;
  }
  if (word !== undefined) words.push(word);
  return words;
};

/** The line that `splitWords` makes these words of. */
export const joinWords = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
