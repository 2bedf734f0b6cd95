import { useState, type FormEvent, type ReactElement } from 'react';
import { useTexts } from '../../../i18n/index.ts';
import type { Command } from '../../../kernel/values.ts';
import { useKernel, usePage } from '../../../store/context.ts';
import { Button } from '../../../ui/button.tsx';
import { commandText } from '../../../ui/command-text.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { CALLS_BY_LAYER, EFFECTS, faultOf, LAYERS } from './fault-form.ts';

/** Lets something go wrong: at the next matching change, or the power at once. */
export const FaultDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const { timeline } = useTexts();
  const { kernel } = usePage();
  const waiting = useKernel(({ moment }) => moment.faults);
  const [layer, setLayer] = useState<(typeof LAYERS)[number]>('disk');
  const run = (command: Command): void => {
    void kernel.call('execute', command);
    onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    run({ type: 'fault', fault: faultOf(new FormData(event.currentTarget)) });
  };
  return (
    <Dialog title={timeline.faultTitle} onClose={onClose}>
      <p>{timeline.faultHint}</p>
      {waiting.map(({ fault, left }, index) => (
        <p key={index} className="quiet">
          <code>{commandText({ type: 'fault', fault })}</code> ({left})
        </p>
      ))}
      <form onSubmit={submit} className="dialog-body" style={{ padding: 0 }}>
        <div className="field-row">
          <label className="field">
            {timeline.faultEffect}
            <select name="effect">
              {EFFECTS.map((effect) => (
                <option key={effect} value={effect}>
                  {timeline.faultEffects[effect]}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            {timeline.faultOn}
            <select name="on" value={layer} onChange={(event) => setLayer(event.target.value as typeof layer)}>
              {LAYERS.map((name) => (
                <option key={name} value={name}>
                  {timeline.faultLayers[name]}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            {timeline.faultCall}
            <select name="call">
              <option value="">{timeline.faultAnyCall}</option>
              {CALLS_BY_LAYER[layer].map((call) => (
                <option key={call}>{call}</option>
              ))}
            </select>
          </label>
          <label className="field">
            {timeline.faultNumber}
            <input name="number" type="number" min={1} defaultValue={1} />
          </label>
        </div>
        <label className="field">
          {timeline.faultPath}
          <input name="path" spellCheck={false} />
        </label>
        <p className="dialog-actions">
          <Button type="submit" look="main">
            {timeline.faultArm}
          </Button>
          <Button look="line" onClick={() => run({ type: 'crash' })}>
            {timeline.crash}
          </Button>
        </p>
      </form>
    </Dialog>
  );
};
