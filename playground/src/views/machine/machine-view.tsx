import { useEffect, useState, type ReactElement } from 'react';
import { ViewCard } from '../../frame/layout/view-card.tsx';
import type { MachineChart } from '../../kernel/machine-values.ts';
import { useKernel, usePage, usePast, useSelection } from '../../store/context.ts';
import { LifecycleChart } from './chart/lifecycle-chart.tsx';
import { Collection } from './collection/collection.tsx';
import { Leases } from './collection/leases.tsx';
import { arrowsTaken, refusedCalls } from './lifecycle-log.ts';
import { Refused, StateTable } from './refusals.tsx';
import './machine.css';

/** The lifecycle of snapshots and what the garbage collector does, at this moment. */
export const MachineView = (): ReactElement => {
  const { kernel } = usePage();
  const [chart, setChart] = useState<MachineChart>();
  const [picked, pick] = useState('');
  const snapshots = useKernel(({ moment }) => moment.snapshots);
  const past = usePast();
  const selected = useSelection(({ snapshot }) => snapshot);

  useEffect(() => {
    void kernel.call('machine', undefined).then(setChart);
  }, [kernel]);

  const counts = Object.fromEntries(
    (['Active', 'View', 'Committed'] as const).map((kind) => [
      kind,
      snapshots.filter((row) => row.kind === kind).length,
    ]),
  );
  const state = picked === '' ? (snapshots.find(({ name }) => name === selected)?.kind ?? 'Absent') : picked;
  return (
    <ViewCard view="machine">
      <div className="machine">
        {chart !== undefined && (
          <>
            <LifecycleChart
              chart={chart}
              counts={counts}
              chosen={state}
              taken={arrowsTaken(past.at(-1))}
              onChoose={pick}
            />
            <Refused calls={refusedCalls(past)} />
          </>
        )}
        <Leases />
        <Collection />
        {chart !== undefined && <StateTable chart={chart} state={state} />}
      </div>
    </ViewCard>
  );
};
