export { coreDeclarations, coreDeclarationsModule } from './core-declarations.ts';
export { learnerRuntime } from './learner-runtime.ts';
export { lessonFiles } from './lesson-files.ts';
