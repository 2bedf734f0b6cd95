/** The syntax tree of a script, as just-bash's parser builds it. */
import type { Bash } from 'just-bash/browser';

export type Script = ReturnType<Bash['transform']>['ast'];
export type Statement = Script['statements'][number];
export type Pipeline = Statement['pipelines'][number];
export type CommandNode = Pipeline['commands'][number];
export type SimpleCommand = Extract<CommandNode, { type: 'SimpleCommand' }>;
export type FunctionDefinition = Extract<CommandNode, { type: 'FunctionDef' }>;
export type CompoundCommand = FunctionDefinition['body'];
export type Assignment = SimpleCommand['assignments'][number];
export type Redirection = SimpleCommand['redirections'][number];
export type Word = SimpleCommand['args'][number];
export type WordPart = Word['parts'][number];
export type ParameterExpansion = Extract<WordPart, { type: 'ParameterExpansion' }>;
export type ParameterOperation = NonNullable<ParameterExpansion['operation']>;
export type Arithmetic = Extract<WordPart, { type: 'ArithmeticExpansion' }>['expression'];
export type ArithmeticNode = Arithmetic['expression'];
export type Condition = Extract<CommandNode, { type: 'ConditionalCommand' }>['expression'];
export type BraceItem = Extract<WordPart, { type: 'BraceExpansion' }>['items'][number];
