/** What Monaco loads by itself when a first TypeScript file appears; it is only begun sooner here. */
declare module 'monaco-editor/languages/features/typescript/tsMode';
