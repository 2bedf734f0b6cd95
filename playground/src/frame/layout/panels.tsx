import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import type { ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { SideTabs } from './side-tabs.tsx';
import { View } from './view.tsx';

const Between = (): ReactElement => <Separator className="separator" aria-label={useTexts().frame.resize} />;

/**
 *   ┌ layers ──────────────┬ terminal │ editor ┐
 *   │                      ├ lifecycle ────────┤
 *   ├ timeline ────────────┤                   │
 *   └──────────────────────┴───────────────────┘
 */
export const Panels = (): ReactElement => {
  const columns = useDefaultLayout({ id: 'columns', storage: localStorage });
  const left = useDefaultLayout({ id: 'left', storage: localStorage });
  const right = useDefaultLayout({ id: 'right', storage: localStorage });
  return (
    <Group orientation="horizontal" {...columns}>
      <Panel id="left" defaultSize="67%" minSize="30%">
        <Group orientation="vertical" {...left}>
          <Panel id="layers" defaultSize="70%" minSize="20%">
            <View name="layers" />
          </Panel>
          <Between />
          <Panel id="timeline" defaultSize="30%" minSize="12%">
            <View name="timeline" />
          </Panel>
        </Group>
      </Panel>
      <Between />
      <Panel id="right" minSize="280px">
        <Group orientation="vertical" {...right}>
          <Panel id="work" defaultSize="55%" minSize="15%">
            <SideTabs />
          </Panel>
          <Between />
          <Panel id="machine" minSize="15%">
            <View name="machine" />
          </Panel>
        </Group>
      </Panel>
    </Group>
  );
};
