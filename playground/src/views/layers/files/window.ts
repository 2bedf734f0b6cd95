/** Which rows of a long list are in sight. */

/** CSS pixels; the style sheet agrees. */
export const ROW_HEIGHT = 26;

/** Rows kept ready above and below. */
const MARGIN = 12;

export const windowOf = (
  scrolled: number,
  height: number,
  count: number,
): { readonly first: number; readonly last: number } => ({
  first: Math.max(0, Math.floor(scrolled / ROW_HEIGHT) - MARGIN),
  last: Math.min(count, Math.ceil((scrolled + height) / ROW_HEIGHT) + MARGIN),
});
