export * from './acl.ts';
export { aclGrants } from './acl-permission.ts';
export { aclWithMode, type Inherited, inherit, isMinimal, modeWithAcl } from './acl-mode.ts';
