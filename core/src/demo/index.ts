/** An image made from nothing but this folder, for demonstrations and tests. */
export * from './demo-image.ts';
