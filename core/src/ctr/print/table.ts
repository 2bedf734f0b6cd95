/** Columns in text, as Go's tabwriter lines them up: every cell that a tab ends is as wide as the widest of its column. */

/** How columns are filled up. */
export interface TableStyle {
  readonly minimum: number;
  readonly padding: number;
  /** Fill with tabs of this width instead of blanks. */
  readonly tab?: number;
}

const BLANKS: TableStyle = { minimum: 1, padding: 1 };
/** ctr's lists of containers and tasks. */
export const WIDE: TableStyle = { minimum: 4, padding: 4 };
/** ctr's lists of content. */
export const TABS: TableStyle = { minimum: 1, padding: 1, tab: 8 };

const width = (text: string): number => [...text].length;

const filled = (cell: string, columns: number, tab: number | undefined): string =>
  tab === undefined
    ? cell + ' '.repeat(columns - width(cell))
    : cell + '\t'.repeat(Math.ceil((columns - width(cell)) / tab));

/**
 * Lines of a table whose rows all have as many cells. The last cell of a row belongs to no column and is left as it is:
 * give an empty one to have the last visible column filled up, too.
 */
export const tableLines = (rows: readonly (readonly string[])[], style: TableStyle = BLANKS): readonly string[] => {
  const { minimum, padding, tab } = style;
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.slice(0, -1).entries())
      widths[column] = Math.max(widths[column] ?? minimum, width(cell) + padding);
  const columns = tab === undefined ? widths : widths.map((each) => Math.ceil(each / tab) * tab);
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : filled(cell, columns[column] ?? 0, tab))).join(''),
  );
};

/** A table as text, with a line end after every row. */
export const table = (rows: readonly (readonly string[])[], style?: TableStyle): string =>
  tableLines(rows, style)
    .map((line) => `${line}\n`)
    .join('');

/** Two columns, `gap` blanks between them. */
export const padColumns = (rows: readonly (readonly [string, string])[], gap: number): readonly string[] =>
  tableLines(rows, { minimum: 1, padding: gap });
