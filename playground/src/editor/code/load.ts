import { beginTypeScript } from './ts-worker.ts';

/** Monaco's menus speak one language, which is fixed before its first module runs. */
export const loadMonaco = async (locale: string): Promise<typeof import('./typescript.ts')> => {
  // Three programs of megabytes, which come and are read side by side.
  beginTypeScript();
  if (locale === 'zh-CN') await import('monaco-editor/nls/lang/zh-cn');
  void import('monaco-editor/languages/features/typescript/tsMode');
  return import('./typescript.ts');
};

export const loadView = async (locale: string): Promise<typeof import('./monaco-editor.tsx')> => {
  await loadMonaco(locale);
  return import('./monaco-editor.tsx');
};
