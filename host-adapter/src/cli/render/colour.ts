import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Puts a style on a text. */
export type Paint = (style: Style, text: string) => string;

/** Colours where a person reads them: on a terminal, unless $NO_COLOR says not to. */
export const paintFor = (stream: { readonly isTTY?: boolean }): Paint =>
  stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === ''
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
