import type { ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { SLOTS } from '../../slots.ts';
import { useKernel, usePage } from '../../store/context.ts';
import { isDark } from '../../theme/theme.ts';
import { useLate } from '../../ui/use-late.ts';
import { useSettings } from '../settings-context.ts';

/** A part of the page that comes when it is looked at. */
export const SlotView = ({ name }: { readonly name: keyof typeof SLOTS }): ReactElement => {
  const { frame } = useTexts();
  const { kernel } = usePage();
  const { settings } = useSettings();
  const container = useKernel(({ moment }) => moment.containers.at(-1)?.id ?? '');
  const Part = useLate(SLOTS[name]);
  if (Part === undefined) return <p className="hint">{frame.slotLoading}</p>;
  return <Part kernel={kernel} container={container} locale={settings.locale} dark={isDark(settings.theme)} />;
};
