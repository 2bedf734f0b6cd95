export { demand, demandEqual, demandRefused, LawViolation } from './law.ts';
export type { Law } from './law.ts';
export { metaStoreSuite } from './meta-store-suite.ts';
export type { SnapshotterSubject } from './scene.ts';
export { snapshotterSuite } from './snapshotter-suite.ts';
export type { SnapshotterTraits } from './snapshotter-suite.ts';
export { createSuite, formatReport, register, runSuite } from './suite.ts';
export type { BoundLaw, Closable, Report, Suite, TestRunner, Verdict } from './suite.ts';
export { treeDifferences } from './tree-compare.ts';
