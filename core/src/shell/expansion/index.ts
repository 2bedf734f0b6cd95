export { evaluateArithmetic } from './arithmetic.ts';
export { fieldText } from './fields.ts';
export { isPattern, matches, patternSource } from './pattern.ts';
export { parameterValue } from './parameter.ts';
export { expandHereDocument, expandPattern, expandString, expandWord } from './words.ts';
