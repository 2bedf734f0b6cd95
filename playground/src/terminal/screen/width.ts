/** Columns that text takes: East Asian wide and full-width characters take two (Unicode TR 11), combining ones none. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{1F300}-\u{1F64F}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;
const NONE = /\p{Mn}|\p{Me}|\p{Cf}/u;

export const columnsOf = (text: string): number => {
  let columns = 0;
  for (const letter of text) columns += NONE.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1;
  return columns;
};
