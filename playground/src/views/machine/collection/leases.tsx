import type { ReactElement } from 'react';
import { fill, useTexts } from '../../../i18n/index.ts';
import { useKernel } from '../../../store/context.ts';
import { shortNames } from '../../../ui/bytes.ts';

/** What holds the collector back, with everything each lease holds. */
export const Leases = (): ReactElement | null => {
  const { machine } = useTexts();
  const leases = useKernel(({ moment }) => moment.leases);
  if (leases.length === 0) return null;
  return (
    <section aria-label={machine.leases}>
      <h3>{machine.leases}</h3>
      <p className="quiet">{machine.leaseHint}</p>
      <ul className="leases">
        {leases.map(({ id, holds, expires }) => (
          <li key={id}>
            <code>{id}</code>{' '}
            {fill(expires === '' ? machine.leaseHolds : machine.leaseExpires, { n: holds.length, time: expires })}
            {holds.map((held) => (
              <code key={held} className="quiet">
                {shortNames(held)}
              </code>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
};
