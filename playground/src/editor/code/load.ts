/** Monaco's menus speak one language, which is fixed before its first module runs. */
export const loadMonaco = async (locale: string): Promise<typeof import('./typescript.ts')> => {
  if (locale === 'zh-CN') await import('monaco-editor/nls/lang/zh-cn');
  return import('./typescript.ts');
};

export const loadView = async (locale: string): Promise<typeof import('./monaco-editor.tsx')> => {
  await loadMonaco(locale);
  return import('./monaco-editor.tsx');
};
