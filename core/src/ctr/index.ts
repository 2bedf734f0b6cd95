export { CTR, ctr } from './ctr.ts';
export type { CtrCommand, Flag } from './line/command.ts';
