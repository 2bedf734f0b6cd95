export * from './job.ts';
export { runLearner, type LearnerRun, type RunOptions } from './frame/run-learner.ts';
export { lendLearner, type LentLearner } from './frame/lend-learner.ts';
