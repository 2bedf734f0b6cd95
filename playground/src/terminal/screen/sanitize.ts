/**
 * What programs may do to a terminal: write, move within the line, set colours. Everything else is taken out before it
 * reaches a screen: links and titles and clipboards (OSC), device strings, moving about, and the C1 controls that stand
 * for their beginnings. A file's bytes come from an image, and an image comes from anywhere.
 */

export interface Sanitizer {
  /** Text of the next chunk. A sequence that is cut in two is held back until it is whole. */
  push(chunk: string): string;
}

/** Longer than any colour; past it an unfinished sequence is dropped. */
const SEQUENCE_LIMIT = 4096;

// oxlint-disable no-control-regex -- control characters are what this is about
const COLOUR = /^\x1b\[[0-9;:]{0,64}m/;
/** CSI: parameters, intermediates, a final byte. */
const CONTROL = /^\x1b\[[0-?]*[ -/]*[@-~]/;
/** OSC, DCS, SOS, PM, APC: up to BEL or ST. */
const STRING = /^\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)/;
const STRING_BEGIN = /^\x1b[\]PX^_]/;
const SHORT = /^\x1b[ -/]*[0-~]/;
const PLAIN = /^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+/;
const KEPT_CONTROL = '\b';
/** The 8-bit forms of the sequences above, as their 7-bit forms. */
const C1: Readonly<Record<string, string>> = {
  '\x90': '\x1bP',
  '\x98': '\x1bX',
  '\x9b': '\x1b[',
  '\x9d': '\x1b]',
  '\x9e': '\x1b^',
  '\x9f': '\x1b_',
};
// oxlint-enable no-control-regex

export const createSanitizer = (): Sanitizer => {
  let held = '';
  return {
    push: (chunk) => {
      let rest = held + chunk;
      held = '';
      let clean = '';
      while (rest !== '') {
        const plain = PLAIN.exec(rest)?.[0];
        if (plain !== undefined) {
          clean += plain;
          rest = rest.slice(plain.length);
          continue;
        }
        const [first = ''] = rest;
        const seven = C1[first];
        if (seven !== undefined) {
          rest = seven + rest.slice(1);
          continue;
        }
        if (first !== '\x1b') {
          if (first === KEPT_CONTROL) clean += first;
          rest = rest.slice(1);
          continue;
        }
        const colour = COLOUR.exec(rest)?.[0];
        if (colour !== undefined) clean += colour;
        const whole =
          colour ??
          STRING.exec(rest)?.[0] ??
          CONTROL.exec(rest)?.[0] ??
          (STRING_BEGIN.test(rest) || rest.startsWith('\x1b[') ? undefined : SHORT.exec(rest)?.[0]);
        if (whole !== undefined) rest = rest.slice(whole.length);
        else if (rest.length > SEQUENCE_LIMIT || !mayGoOn(rest)) rest = rest.slice(1);
        else {
          held = rest;
          rest = '';
        }
      }
      return clean;
    },
  };
};

/** Whether more input could make a whole sequence of it. */
const mayGoOn = (rest: string): boolean => {
  if (STRING_BEGIN.test(rest)) {
    // An escape that does not end the string ends it unfinished.
    const escape = rest.indexOf('\x1b', 1);
    return escape < 0 || escape === rest.length - 1;
  }
  // oxlint-disable-next-line no-control-regex -- the beginning of a sequence
  return /^\x1b(\[[0-?]*[ -/]*)?$/.test(rest);
};

/** The same for reading aloud and for tests: no colours either. */
export const plainText = (clean: string): string =>
  // oxlint-disable-next-line no-control-regex -- what sanitizing left
  clean.replaceAll(/\x1b\[[0-9;:]*m/g, '').replaceAll(/[^\n]\x08/g, '');
