import { Fragment, type ReactElement } from 'react';

/** The little Markdown that lessons use: paragraphs, `code`, *emphasis*. */
export const Markdown = ({ text }: { readonly text: string }): ReactElement => (
  <>
    {text
      .trim()
      .split(/\n{2,}/)
      .map((paragraph, index) => (
        <p key={index}>
          <Inline text={paragraph} />
        </p>
      ))}
  </>
);

export const Inline = ({ text }: { readonly text: string }): ReactElement => (
  <>
    {text.split(/(`[^`]+`|\*[^*]+\*)/).map((part, index) => {
      if (part.startsWith('`')) return <code key={index}>{part.slice(1, -1)}</code>;
      if (part.startsWith('*') && part.length > 2) return <em key={index}>{part.slice(1, -1)}</em>;
      return <Fragment key={index}>{part}</Fragment>;
    })}
  </>
);
