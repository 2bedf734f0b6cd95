export { commandOf } from './command-of.ts';
export { complete, type Candidates, type Completion } from './complete.ts';
export { keysOf, rawKey, type Key } from './keys.ts';
export { edited, emptyLine, insert, submitted, type Line } from './line-editor.ts';
export { CTR_WORDS, PROGRAMS, TERMINAL_WORDS } from './vocabulary.ts';
export { wantsMore, wordsOf } from './words.ts';
