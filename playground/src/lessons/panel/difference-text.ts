/** What is still different, as a sentence: the checker speaks in the scenario's own terms. */
import type { Difference } from '@layerscope/core/scenarios';
import { fill, type Texts } from '../../i18n/index.ts';
import { shortNames } from '../../ui/bytes.ts';

/** `snapshot web: /etc/motd`, `leases: /mnt`: in what it was looked for, by its name or not. */
const PLACE = /^(\w+)(?: (\S+))?: (.+)$/s;

const placeText = (places: Texts['lessons']['places'], where: string): string => {
  const [, list = '', name = '', rest = ''] = PLACE.exec(where) ?? [];
  if (!Object.hasOwn(places, list)) return where;
  return fill(places[list as keyof typeof places], { name, rest });
};

export const differenceText = ({ lessons }: Texts, { where, wanted, found }: Difference): string => {
  const { words } = lessons;
  const word = (text: string): string =>
    Object.hasOwn(words, text) ? words[text as keyof typeof words] : shortNames(text);
  const values = { where: shortNames(placeText(lessons.places, where)), wanted: word(wanted), found: word(found) };
  if (wanted === 'not to be there' || wanted === 'nothing') return fill(lessons.stillThere, values);
  if (wanted === 'to be there') return fill(lessons.notThere, values);
  return fill(found === 'nothing' ? lessons.missingThere : lessons.difference, values);
};
