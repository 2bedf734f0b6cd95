/** A command line as far as a terminal must understand it: its words, and whether more has to follow. */

/** Words without their quotes, as a shell without variables would split them. */
export const wordsOf = (line: string): readonly string[] => {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] ?? '';
    if (quote !== '') {
      if (letter === quote) quote = '';
      else if (letter === '\\' && quote === '"' && /["\\$`]/.test(line[at + 1] ?? '')) word += line[++at] ?? '';
      else word += letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= '';
    } else if (letter === '\\') word = (word ?? '') + (line[++at] ?? '');
    else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + letter;
  }
  if (word !== undefined) words.push(word);
  return words;
};

const openQuote = (text: string): boolean => {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (letter === '\\' && quote !== "'") at++;
    else if (quote === '' && (letter === "'" || letter === '"')) quote = letter;
    else if (letter === quote) quote = '';
  }
  return quote !== '';
};

const openDocument = (text: string): boolean => {
  const [, , end] = /<<(-?)\s*['"]?(\w+)['"]?/.exec(text) ?? [];
  return (
    end !== undefined &&
    !text
      .split('\n')
      .slice(1)
      .some((line) => line.trim() === end)
  );
};

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Whether a shell would ask for another line (PS2). Errs on the side of running: the shell then says what is missing. */
export const wantsMore = (text: string): boolean => {
  if (openQuote(text) || openDocument(text)) return true;
  if (/(^|[^\\])(\\\\)*\\$/.test(text)) return true;
  if (/(\||&&)\s*$/.test(text)) return true;
  const bare = text.replaceAll(/'[^']*'|"[^"]*"/g, '');
  const begins = count(bare, /(^|[;\n(]\s*|\b(?:do|then|else)\s+)(if|while|until|for|case)\b/g);
  const ends = count(bare, /(^|[;\n]\s*)(fi|done|esac)\b/g);
  return begins > ends;
};
