export { coreDeclarations, coreDeclarationsModule } from './core-declarations.ts';
export { firstVisit } from './first-visit.ts';
export { learnerRuntime } from './learner-runtime.ts';
export { lessonFiles } from './lesson-files.ts';
export { preloadedPage } from './preloaded-page.ts';
