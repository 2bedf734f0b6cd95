export { coreDeclarations, coreDeclarationsModule } from './core-declarations.ts';
export { learnerRuntime } from './learner-runtime.ts';
