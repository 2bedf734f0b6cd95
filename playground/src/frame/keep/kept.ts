/** What the last visit left. */
import type { KeptLog } from '../../kernel/api.ts';
import { isBuiltIn } from '../../kernel/session/names.ts';
import { keptArchive, keptLog } from './database.ts';

export const archivesOf = ({ commands }: KeptLog): readonly string[] =>
  commands.flatMap(({ command }) => (command.type === 'import' && !isBuiltIn(command.blob) ? [command.blob] : []));

/** The last visit's log, and the archives it names. */
export interface Kept {
  readonly log: KeptLog;
  readonly archives: readonly { readonly name: string; readonly blob: Blob }[];
}

/** `undefined` when there was no visit, or when one of its archives is gone. */
export const readKept = async (): Promise<Kept | undefined> => {
  const log = await keptLog();
  if (log === undefined || log.commands.length === 0) return undefined;
  const archives: Kept['archives'][number][] = [];
  for (const name of archivesOf(log)) {
    const blob = await keptArchive(name);
    if (blob === undefined) return undefined;
    archives.push({ name, blob });
  }
  return { log, archives };
};
