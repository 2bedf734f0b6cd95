/** bash's `[[ … ]]`, which scripts in images use although dash does not know it. */
import { expandPattern, expandString, matches, parameterValue } from '../../expansion/index.ts';
import { ShellError } from '../../language/errors.ts';
import type { ShellState } from '../../language/state.ts';
import type { Condition } from '../../language/syntax.ts';
import { compareFiles, compareNumbers, compareStrings, testFile } from './file-test.ts';

const regularExpression = (source: string): RegExp => {
  try {
    return new RegExp(source, 'us');
  } catch {
    throw new ShellError(`[[: ${source}: invalid regular expression`);
  }
};

export const evaluateCondition = async (state: ShellState, condition: Condition): Promise<boolean> => {
  switch (condition.type) {
    case 'CondAnd':
      return (await evaluateCondition(state, condition.left)) && evaluateCondition(state, condition.right);
    case 'CondOr':
      return (await evaluateCondition(state, condition.left)) || evaluateCondition(state, condition.right);
    case 'CondNot':
      return !(await evaluateCondition(state, condition.operand));
    case 'CondGroup':
      return evaluateCondition(state, condition.expression);
    case 'CondWord':
      return (await expandString(state, condition.word)) !== '';
    case 'CondUnary': {
      const operand = await expandString(state, condition.operand);
      if (condition.operator === '-n') return operand !== '';
      if (condition.operator === '-z') return operand === '';
      if (condition.operator === '-v') return parameterValue(state, operand) !== undefined;
      return testFile(state, condition.operator, operand);
    }
    case 'CondBinary': {
      const { operator } = condition;
      const left = await expandString(state, condition.left);
      if (operator === '=' || operator === '==') return matches(await expandPattern(state, condition.right), left);
      if (operator === '!=') return !matches(await expandPattern(state, condition.right), left);
      const right = await expandString(state, condition.right);
      if (operator === '=~') return regularExpression(right).test(left);
      if (operator === '-nt' || operator === '-ot' || operator === '-ef')
        return compareFiles(state, left, operator, right);
      if (operator === '<' || operator === '>') return compareStrings(left, operator, right);
      return compareNumbers(Number(left), operator, Number(right));
    }
  }
};
