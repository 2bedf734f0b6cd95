export * from './demo.ts';
export * from './recipe.ts';
export * from './umoci.ts';
export * from './skopeo.ts';
export * from './gnu-tar.ts';
export * from './debian.ts';
