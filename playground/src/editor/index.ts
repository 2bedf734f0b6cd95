export { Editor } from './editor.tsx';
export { prepareView } from './code/load.ts';
