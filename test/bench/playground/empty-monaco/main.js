/** The least that a page with Monaco's TypeScript can be: one file with one error in it. */
import { monaco } from '../../../../playground/src/editor/code/monaco.ts';

const uri = monaco.Uri.parse('file:///empty.ts');
const model = monaco.editor.createModel("const wrong: number = 'text';\n", 'typescript', uri);
const place = document.querySelector('#editor');
if (place !== null) monaco.editor.create(place, { model });
monaco.editor.onDidChangeMarkers(() => {
  if (monaco.editor.getModelMarkers({ resource: uri }).length > 0) document.title = 'error';
});
