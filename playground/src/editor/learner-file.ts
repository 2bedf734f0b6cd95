/** The learner's file and what was done with it, for those outside of the editor: lessons. */
export { draft, openExample, openText, ownText } from './draft.ts';
export { jobs, startJob } from './job-state.ts';
