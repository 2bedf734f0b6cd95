export { Editor } from './editor.tsx';
export { loadView } from './code/load.ts';
