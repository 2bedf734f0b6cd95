/** The fenced code blocks of a Markdown file. */

export interface CodeBlock {
  /** Of the opening fence, counted from 1. */
  readonly line: number;
  /** `''` for a fence that names none. */
  readonly language: string;
  readonly text: string;
}

export const codeBlocks = (markdown: string): readonly CodeBlock[] => {
  const blocks: CodeBlock[] = [];
  let open: { line: number; language: string; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```\s*(\S*)/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) open = { line: index + 1, language: fence[1]!, lines: [] };
    else {
      blocks.push({ line: open.line, language: open.language, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`the code block that line ${open.line} opens is never closed`);
  return blocks;
};

/** A command of a `console` block (a line that begins with `$ `) and the lines it is shown to print. */
export interface Exchange {
  readonly command: string;
  readonly output: readonly string[];
}

export const exchanges = (text: string): readonly Exchange[] => {
  const found: { command: string; output: string[] }[] = [];
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) found.push({ command: line.slice(2), output: [] });
    else if (found.length === 0) throw new Error(`a console block begins with "$ ", not with: ${line}`);
    else found.at(-1)!.output.push(line);
  }
  return found;
};

/** Whether `printed` is what was shown, a line `…` standing for any number of lines. */
export const matchesShown = (printed: readonly string[], shown: readonly string[]): boolean => {
  if (shown.length === 0) return printed.length === 0;
  const [first, ...rest] = shown;
  if (first === '…') return printed.some((_, at) => matchesShown(printed.slice(at), rest)) || rest.length === 0;
  return printed.length > 0 && printed[0] === first && matchesShown(printed.slice(1), rest);
};
