/** What must be there after a crash, from what the killed program said it had done. */

interface Known {
  readonly kind: 'Active' | 'View' | 'Committed';
  readonly parent: string;
  /** The key it was prepared under, which names its file. */
  readonly preparedAs: string;
  /** Its file was written before that was said. */
  readonly hasFile: boolean;
}

interface Action {
  readonly name: string;
  readonly data: { readonly key: string; readonly parent?: string; readonly name?: string };
}

/** The lines of one life: what was answered, and what was under way when it ended. */
export const parseLife = (output: string): { readonly done: readonly Action[]; readonly open: Action | undefined } => {
  const done: Action[] = [];
  let open: Action | undefined;
  for (const line of output.split('\n')) {
    const started = /^> (\w+) (.*)$/.exec(line);
    if (started !== null) open = { name: started[1]!, data: JSON.parse(started[2]!) as Action['data'] };
    else if (line === '<' || line.startsWith('! ')) {
      if (line === '<' && open !== undefined) done.push(open);
      open = undefined;
    }
  }
  return { done, open };
};

export class ExpectedState {
  readonly #known = new Map<string, Known>();

  get known(): ReadonlyMap<string, Known> {
    return this.#known;
  }

  /** `said`: it was answered, not only found to have happened. */
  apply({ name, data: { key, parent = '', name: committed = '' } }: Action, said: boolean): void {
    const known = this.#known.get(key);
    if (name === 'prepare') this.#known.set(key, { kind: 'Active', parent, preparedAs: key, hasFile: said });
    else if (name === 'view') this.#known.set(key, { kind: 'View', parent, preparedAs: key, hasFile: false });
    else if (name === 'remove') this.#known.delete(key);
    else if (known !== undefined) {
      this.#known.delete(key);
      this.#known.set(committed, { ...known, kind: 'Committed' });
    }
  }

  /** Whether an action that was under way has happened, by what is there now. */
  happened({ name, data }: Action, present: ReadonlySet<string>): boolean {
    if (name === 'remove') return !present.has(data.key);
    return present.has(name === 'commit' ? (data.name ?? '') : data.key);
  }
}
