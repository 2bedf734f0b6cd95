/** `test` and `[`: POSIX's rules by the number of arguments, then the grammar with -a and -o. */
import { ShellError } from '../../language/errors.ts';
import type { ShellState } from '../../language/state.ts';
import { compareFiles, compareNumbers, compareStrings, isFileTest, testFile } from './file-test.ts';
import { failWith } from '../output.ts';

class TestError extends Error {}

const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

const number = (text: string): number => {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(`Illegal number: ${text}`);
  return Number(text);
};

const binary = (state: ShellState, left: string, operator: string, right: string): boolean => {
  if (operator === '-nt' || operator === '-ot' || operator === '-ef') return compareFiles(state, left, operator, right);
  if (operator.startsWith('-')) return compareNumbers(number(left), operator, number(right));
  return compareStrings(left, operator, right);
};

const isUnary = (word: string): boolean => word === '-n' || word === '-z' || word === '-t' || isFileTest(word);

const unary = (state: ShellState, operator: string, operand: string): boolean => {
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  if (operator === '-t') return state.streams.get(number(operand))?.terminal === true;
  return testFile(state, operator, operand);
};

/** The words of an expression and how far they were read. */
const evaluate = (state: ShellState, words: readonly string[]): boolean => {
  let at = 0;
  const or = (): boolean => {
    let value = and();
    while (words[at] === '-o') {
      at++;
      const next = and();
      value ||= next;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (words[at] === '-a') {
      at++;
      const next = not();
      value &&= next;
    }
    return value;
  };
  const not = (): boolean => {
    if (words[at] !== '!' || at + 1 >= words.length || BINARY.has(words[at + 1] ?? '')) return primary();
    at++;
    return !not();
  };
  const primary = (): boolean => {
    const word = words[at];
    if (word === undefined) throw new TestError('argument expected');
    const operator = words[at + 1];
    const operand = words[at + 2];
    if (operator !== undefined && operand !== undefined && BINARY.has(operator)) {
      at += 3;
      return binary(state, word, operator, operand);
    }
    if (operator !== undefined && operand === undefined && BINARY.has(operator))
      throw new TestError(`${operator}: argument expected`);
    if (word === '(' && operator !== undefined) {
      at++;
      const value = or();
      if (words[at] !== ')') throw new TestError('closing paren expected');
      at++;
      return value;
    }
    if (isUnary(word) && operator !== undefined) {
      at += 2;
      return unary(state, word, operator);
    }
    at++;
    return word !== '';
  };
  if (words.length === 0) return false;
  const value = or();
  if (at < words.length) throw new TestError(`${words[at - 1]}: unexpected operator`);
  return value;
};

export const test = (state: ShellState, args: readonly string[], bracketed: boolean): number => {
  const name = bracketed ? '[' : 'test';
  if (bracketed && args.at(-1) !== ']') return failWith(state, '[: missing ]', 2);
  try {
    return evaluate(state, bracketed ? args.slice(0, -1) : args) ? 0 : 1;
  } catch (error) {
    if (error instanceof TestError) return failWith(state, `${name}: ${error.message}`, 2);
    if (error instanceof ShellError) return failWith(state, error.message, 2);
    throw error;
  }
};
