export { claimRoot, recordedDesign, requireDesign, requireMetadata, RootError } from './claim-root.ts';
export { DESIGNS, type Design } from './designs.ts';
export type { Finding, FindingKind, Repaired } from './finding.ts';
export { type Recovery, recoverRoot } from './recover.ts';
export { repair } from './repair.ts';
export {
  type Ground,
  type Survey,
  type SurveyedSnapshot,
  type SurveyOptions,
  survey,
  TEMPORARY_MOUNTS,
} from './survey.ts';
