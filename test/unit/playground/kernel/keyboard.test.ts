/** Whom the keys of the page's terminal get to. */
import { describe, expect, it } from 'vitest';
import { createKeyboard } from '../../../../playground/src/kernel/session/keyboard.ts';

const read = async (io: ReturnType<ReturnType<typeof createKeyboard>['attach']>): Promise<string> => {
  const into = new Uint8Array(100);
  const { stdin } = io;
  if (typeof stdin !== 'object' || stdin instanceof Uint8Array) throw new Error('no terminal');
  return new TextDecoder().decode(into.subarray(0, await stdin.read(into)));
};

describe('the keyboard', () => {
  it('gives back what is for nobody', () => {
    expect(createKeyboard(() => undefined).type('x')).toBe('x');
  });

  it('keeps keys for a command that is about to begin', async () => {
    const keyboard = createKeyboard(() => undefined);
    keyboard.expect();
    expect(keyboard.type('early\r')).toBe('');
    expect(await read(keyboard.attach())).toBe('early\n');
  });

  it('hands over what a command did not read, and nothing of it to the next', () => {
    const keyboard = createKeyboard(() => undefined);
    keyboard.expect();
    keyboard.attach();
    keyboard.type('line\rhalf');
    expect(keyboard.detach()).toBe('line\nhalf');
    expect(keyboard.type('!')).toBe('!');
  });

  it('gives keys back when the command never began', () => {
    const keyboard = createKeyboard(() => undefined);
    keyboard.expect();
    keyboard.type('ls\r');
    expect(keyboard.detach()).toBe('ls\r');
  });

  it('tells of ^C', () => {
    let interrupts = 0;
    const keyboard = createKeyboard(() => undefined);
    keyboard.expect();
    keyboard.attach().onStart?.({ interrupt: () => void interrupts++ } as never);
    keyboard.type('half\x03');
    expect([interrupts, keyboard.detach()]).toEqual([1, '']);
  });
});
