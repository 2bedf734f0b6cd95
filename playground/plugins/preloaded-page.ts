/** Names the page's program in the document, so that it comes together with the small script that begins it. */
import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

const PROGRAM = /\/src\/main\.tsx$/;

const isChunk = (output: Rolldown.OutputChunk | Rolldown.OutputAsset): output is Rolldown.OutputChunk =>
  output.type === 'chunk';

const tag = (attrs: Readonly<Record<string, string | boolean>>): HtmlTagDescriptor => ({
  tag: 'link',
  attrs: { ...attrs },
  injectTo: 'head',
});

export const preloadedPage = (): Plugin => ({
  name: 'preloaded-page',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {} }) => {
      const program = Object.values(bundle)
        .filter(isChunk)
        .find(({ facadeModuleId }) => PROGRAM.test(facadeModuleId ?? ''));
      if (program === undefined) throw new Error('the page has no program');
      const scripts = [program.fileName, ...program.imports].filter((name) => !html.includes(name));
      const styles = [...(program.viteMetadata?.importedCss ?? [])].filter((name) => !html.includes(name));
      return [
        ...scripts.map((name) => tag({ rel: 'modulepreload', crossorigin: true, href: `./${name}` })),
        ...styles.map((name) => tag({ rel: 'stylesheet', crossorigin: true, href: `./${name}` })),
      ];
    },
  },
});
