export * from './job.ts';
export { runLearner, type LearnerRun, type RunOptions } from './frame/run-learner.ts';
