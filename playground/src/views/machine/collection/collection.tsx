import type { ReactElement } from 'react';
import { fill, useTexts } from '../../../i18n/index.ts';
import { useKernel, usePage, usePast } from '../../../store/context.ts';
import { shortName } from '../../../ui/bytes.ts';
import { Button } from '../../../ui/button.tsx';
import { lastCollection } from './last-collection.ts';

/** The garbage collector's last round, and the leases that hold it back. */
export const Collection = (): ReactElement => {
  const { machine } = useTexts();
  const { kernel } = usePage();
  const leases = useKernel(({ moment }) => moment.leases);
  const last = lastCollection(usePast());
  return (
    <section className="collection" aria-label={machine.collection}>
      <div className="collection-head">
        <h3>{machine.collection}</h3>
        <Button look="line" onClick={() => void kernel.call('execute', { type: 'gc' })}>
          {machine.collect}
        </Button>
      </div>
      {last === undefined ? (
        <p className="quiet">{machine.notCollected}</p>
      ) : (
        <>
          <p>{fill(machine.collected, { kept: last.kept, removed: last.removals.length })}</p>
          <ul>
            {last.removals.map(({ name, args }, index) => (
              <li key={index} data-step={name}>
                {fill(machine.steps[name as keyof typeof machine.steps] ?? name, {
                  what: args.map(shortName).join(' '),
                })}
              </li>
            ))}
          </ul>
        </>
      )}
      {leases.length > 0 && (
        <>
          <h4>{machine.leases}</h4>
          <ul>
            {leases.map(({ id, holds, expires }) => (
              <li key={id}>
                <code>{id}</code>{' '}
                {fill(expires === '' ? machine.leaseHolds : machine.leaseExpires, {
                  n: holds.length,
                  time: expires,
                })}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
};
