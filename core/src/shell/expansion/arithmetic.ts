/** `$((…))`: 64-bit signed integers, as dash (intmax_t) has them. */
import { ShellError } from '../language/errors.ts';
import { assign, lookup, type ShellState } from '../language/state.ts';
import type { Arithmetic, ArithmeticNode } from '../language/syntax.ts';
import { parameterValue } from './parameter.ts';
import { expandText } from './words.ts';

type Binary = Extract<ArithmeticNode, { type: 'ArithBinary' }>['operator'];

const truth = (value: boolean): bigint => (value ? 1n : 0n);
const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

const OPERATIONS: { readonly [operator in Exclude<Binary, '&&' | '||'>]: (left: bigint, right: bigint) => bigint } = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '**': (left, right) => left ** right,
  '<<': (left, right) => left << (right & 63n),
  '>>': (left, right) => left >> (right & 63n),
  '<': (left, right) => truth(left < right),
  '<=': (left, right) => truth(left <= right),
  '>': (left, right) => truth(left > right),
  '>=': (left, right) => truth(left >= right),
  '==': (left, right) => truth(left === right),
  '!=': (left, right) => truth(left !== right),
  '&': (left, right) => left & right,
  '|': (left, right) => left | right,
  '^': (left, right) => left ^ right,
  ',': (_left, right) => right,
};

const apply = (state: ShellState, operator: string, left: bigint, right: bigint): bigint => {
  if ((operator === '/' || operator === '%') && right === 0n)
    throw new ShellError(`arithmetic expression: division by zero: "${state.arithmetic}"`);
  return wrap(OPERATIONS[operator as keyof typeof OPERATIONS](left, right));
};

/** A number as written: decimal, 0octal or 0xhex. */
const parseNumber = (text: string): bigint => {
  const trimmed = text.trim();
  if (trimmed === '') return 0n;
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(trimmed);
  if (match === null) throw new ShellError(`Illegal number: ${trimmed}`);
  const digits = match[2] ?? '0';
  const size = /^0[0-7]/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  return wrap(match[1] === '-' ? -size : size);
};

const evaluate = async (state: ShellState, node: ArithmeticNode): Promise<bigint> => {
  switch (node.type) {
    case 'ArithNumber':
      return BigInt(Math.trunc(node.value));
    case 'ArithVariable':
    case 'ArithSpecialVar':
      return parseNumber(parameterValue(state, node.name) ?? '');
    case 'ArithBracedExpansion':
      return parseNumber(await expandText(state, `\${${node.content}}`));
    case 'ArithCommandSubst':
      return parseNumber(await expandText(state, `$(${node.command})`));
    case 'ArithGroup':
    case 'ArithNested':
      return evaluate(state, node.expression);
    case 'ArithTernary':
      return evaluate(state, (await evaluate(state, node.condition)) === 0n ? node.alternate : node.consequent);
    case 'ArithBinary': {
      const left = await evaluate(state, node.left);
      if (node.operator === '&&') return truth(left !== 0n && (await evaluate(state, node.right)) !== 0n);
      if (node.operator === '||') return truth(left !== 0n || (await evaluate(state, node.right)) !== 0n);
      return apply(state, node.operator, left, await evaluate(state, node.right));
    }
    case 'ArithUnary': {
      const operand = await evaluate(state, node.operand);
      if (node.operator === '++' || node.operator === '--') {
        const changed = wrap(operand + (node.operator === '++' ? 1n : -1n));
        if (node.operand.type === 'ArithVariable') assign(state, node.operand.name, String(changed));
        return node.prefix ? changed : operand;
      }
      if (node.operator === '-') return wrap(-operand);
      if (node.operator === '!') return truth(operand === 0n);
      return node.operator === '~' ? ~operand : operand;
    }
    case 'ArithAssignment': {
      const value = await evaluate(state, node.value);
      const old = parseNumber(lookup(state, node.variable) ?? '');
      const result = node.operator === '=' ? value : apply(state, node.operator.slice(0, -1), old, value);
      assign(state, node.variable, String(result));
      return result;
    }
    default:
      throw new ShellError(`arithmetic expression: expecting primary: "${state.arithmetic}"`);
  }
};

/** Throws `ShellError`: division by zero, no number, an expression that is none. */
export const evaluateArithmetic = async (
  state: ShellState,
  { expression, originalText }: Arithmetic,
): Promise<bigint> => {
  state.arithmetic = originalText ?? '';
  return evaluate(state, expression);
};
