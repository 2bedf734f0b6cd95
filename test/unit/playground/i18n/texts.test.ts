/** Every language says everything, with the same values in it, and no component says anything by itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { en } from '../../../../playground/src/i18n/en/index.ts';
import { fill, localeOf } from '../../../../playground/src/i18n/index.ts';
import { zhCN } from '../../../../playground/src/i18n/zh-CN/index.ts';

const SOURCE = fileURLToPath(new URL('../../../../playground/src', import.meta.url));

/** `layers.kinds.Active` and its text, all the way down. */
const leaves = (texts: object, path = ''): readonly (readonly [string, string])[] =>
  Object.entries(texts).flatMap(([name, value]): readonly (readonly [string, string])[] =>
    typeof value === 'string' ? [[path + name, value]] : leaves(value as object, `${path}${name}.`),
  );

const holes = (text: string): readonly string[] => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).toSorted();

describe('the strings of the page', () => {
  const english = new Map(leaves(en));
  const chinese = new Map(leaves(zhCN));

  it('are there in every language', () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    expect(english.size).toBeGreaterThan(200);
    for (const texts of [english, chinese])
      expect([...texts].filter(([, text]) => text.trim() === '').map(([name]) => name)).toEqual([]);
  });

  it('take the same values in every language', () => {
    const differing = [...english].filter(([name, text]) => {
      const other = chinese.get(name) ?? '';
      return JSON.stringify(holes(text)) !== JSON.stringify(holes(other));
    });
    expect(differing.map(([name]) => name)).toEqual([]);
  });

  it('are translated: what reads the same in both is a name of the field', () => {
    const same = [...english].filter(([name, text]) => chinese.get(name) === text && /[a-z]{4,} [a-z]{4,}/.test(text));
    expect(same.map(([name]) => name)).toEqual([]);
  });

  it('stand nowhere else: components hold no words', () => {
    const found: string[] = [];
    for (const name of readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.tsx')) continue;
      const text = readFileSync(join(SOURCE, name), 'utf8');
      // Words between tags, and in the attributes that are read out.
      for (const [, words = ''] of text.matchAll(/>\s*([A-Za-z][A-Za-z ,.…’]{3,})\s*<\//g))
        found.push(`${name}: ${words}`);
      for (const [, words = ''] of text.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]*[a-z]{2}[^"]*)"/g))
        found.push(`${name}: ${words}`);
    }
    // Keys are called what stands on them.
    expect(found.filter((each) => !/: (?:Ctrl|Alt) [A-Z]$/.test(each))).toEqual([]);
  });

  it('are filled in, and chosen by what the browser asks for', () => {
    expect(fill('{n} of {of}', { n: 1, of: 2 })).toBe('1 of 2');
    expect(fill('{unknown}', {})).toBe('{unknown}');
    expect(localeOf(['fr', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(localeOf(['de'])).toBe('en');
  });
});
