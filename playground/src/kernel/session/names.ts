/** The image that is built in. */
export const DEMO_ARCHIVE = 'demo';

/** The same with WebAssembly programs on it: kv, logger, pkg, … */
export const PROGRAMS_ARCHIVE = 'programs';

/** Archives that nobody has to hand in. */
export const isBuiltIn = (name: string): boolean => name === DEMO_ARCHIVE || name === PROGRAMS_ARCHIVE;

/** What the node's snapshotter is called when it is a learner's. */
export const LEARNERS = 'mine';
