import { useEffect, useState, type ReactElement } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { fill, useTexts } from '../../i18n/index.ts';
import { usePage, useSelection } from '../../store/context.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { prepareEditor } from '../prepare-editor.ts';
import { useSettings } from '../settings-context.ts';
import { SlotView } from './slot-view.tsx';
import './side-tabs.css';

const NAMES = ['terminal', 'editor'] as const;

/** The terminal and the editor share a place; what was opened once stays alive. */
export const SideTabs = (): ReactElement => {
  const { frame } = useTexts();
  const { selection } = usePage();
  const { settings } = useSettings();
  const [chosen, choose] = useState<(typeof NAMES)[number]>('terminal');
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set(['terminal']));
  const open = (name: (typeof NAMES)[number]): void => {
    choose(name);
    selection.set({ view: name });
    setOpened(new Set([...opened, name]));
  };
  // The palette, a key or the tour may ask for one of them.
  const view = useSelection((selected) => selected.view);
  useEffect(() => {
    if (view !== 'terminal' && view !== 'editor') return;
    choose(view);
    setOpened((before) => new Set([...before, view]));
  }, [view]);
  const enlarge = fill(frame.maximize, { view: frame.views[chosen] });
  return (
    <Tabs
      className="view side-tabs"
      data-view={chosen}
      selectedKey={chosen}
      onSelectionChange={(key) => open(key as typeof chosen)}
    >
      <div className="view-head">
        <TabList aria-label={`${frame.views.terminal}, ${frame.views.editor}`} className="side-list">
          {NAMES.map((name) => (
            <Tab
              key={name}
              id={name}
              className="side-tab"
              onHoverStart={() => (name === 'editor' ? prepareEditor(settings.locale) : undefined)}
            >
              {frame.views[name]}
            </Tab>
          ))}
        </TabList>
        <div className="view-tools">
          <Button aria-label={enlarge} title={enlarge} onClick={() => selection.set({ maximized: chosen })}>
            <Icon name="maximize" />
          </Button>
        </div>
      </div>
      {NAMES.map((name) => (
        <TabPanel key={name} id={name} className="view-body side-panel" shouldForceMount>
          {opened.has(name) && <SlotView name={name} />}
        </TabPanel>
      ))}
    </Tabs>
  );
};
