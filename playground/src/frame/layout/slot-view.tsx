import { lazy, Suspense, type ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { loadSlot, type Slot } from '../../slots.ts';
import { useKernel, usePage } from '../../store/context.ts';
import { isDark } from '../../theme/theme.ts';
import { useSettings } from '../settings-context.ts';

const Missing: Slot = () => <p className="hint">{useTexts().frame.slotMissing}</p>;

const slot = (name: Parameters<typeof loadSlot>[0]): Slot =>
  lazy(async () => ({ default: (await loadSlot(name)) ?? Missing }));

const SLOTS = { terminal: slot('terminal'), editor: slot('editor'), lessons: slot('lessons') } as const;

/** A part of the page that comes when it is looked at. */
export const SlotView = ({ name }: { readonly name: keyof typeof SLOTS }): ReactElement => {
  const { frame } = useTexts();
  const { kernel } = usePage();
  const { settings } = useSettings();
  const container = useKernel(({ moment }) => moment.containers.at(-1)?.id ?? '');
  const Part = SLOTS[name];
  return (
    <Suspense fallback={<p className="hint">{frame.slotLoading}</p>}>
      <Part kernel={kernel} container={container} locale={settings.locale} dark={isDark(settings.theme)} />
    </Suspense>
  );
};
