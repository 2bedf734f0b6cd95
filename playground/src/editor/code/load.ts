/** Monaco's menus speak one language, which is fixed before its first module runs. */
export const loadMonaco = async (locale: string): Promise<typeof import('./typescript.ts')> => {
  if (locale === 'zh-CN') await import('monaco-editor/nls/lang/zh-cn');
  return import('./typescript.ts');
};

export const loadView = async (locale: string): Promise<typeof import('./monaco-editor.tsx')> => {
  await loadMonaco(locale);
  return import('./monaco-editor.tsx');
};

/** Has everything there when the editor is opened: for the moment when a hand moves towards it. */
export const prepareView = (locale: string): void => {
  void import('./ts-worker.ts').then(({ beginTypeScript }) => beginTypeScript());
  void loadView(locale);
};
