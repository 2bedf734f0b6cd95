import { type FormEvent, type ReactElement } from 'react';
import { useTexts } from '../../../i18n/index.ts';
import { useKernel, usePage } from '../../../store/context.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Icon } from '../../../ui/icon.tsx';

/** Names the present moment, and goes to those that were named. */
export const CheckpointDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const { timeline } = useTexts();
  const { kernel } = usePage();
  const checkpoints = useKernel(({ moment }) => moment.checkpoints);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get('name');
    if (typeof name === 'string' && name.trim() !== '') void kernel.call('checkpoint', name.trim());
    onClose();
  };
  return (
    <Dialog title={timeline.checkpoint} onClose={onClose}>
      <p>{timeline.checkpointHint}</p>
      <form onSubmit={submit} className="dialog-actions">
        <label className="field" style={{ flex: 1 }}>
          {timeline.checkpointName}
          <input name="name" autoFocus maxLength={40} />
        </label>
        <Button type="submit" look="main" style={{ alignSelf: 'end' }}>
          {timeline.checkpointSet}
        </Button>
      </form>
      <ul className="dialog-actions">
        {checkpoints.map(({ name, id }) => (
          <li key={name}>
            <Button
              look="line"
              onClick={() => {
                void kernel.call('seek', id);
                onClose();
              }}
            >
              <Icon name="flag" />
              {name}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
};
