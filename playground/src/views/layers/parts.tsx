import { useLayoutEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { usePage, useSelection } from '../../store/context.ts';
import { PARTS, type Part } from '../../store/selection.ts';
import { Button } from '../../ui/button.tsx';

/** How many places the view has: for every part; two, so that forest and stack share one; or one for all. */
export type Room = 'all' | 'two' | 'one';

/** In CSS pixels: below them the columns are too narrow to read. */
const ROOM_FOR_ALL = 820;
const ROOM_FOR_TWO = 500;

const roomOf = (width: number): Room => (width >= ROOM_FOR_ALL ? 'all' : width >= ROOM_FOR_TWO ? 'two' : 'one');

/** What there is room for in an element, as it is resized. */
export const useRoom = (): readonly [RefObject<HTMLDivElement | null>, Room] => {
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Room>('all');
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setRoom(roomOf(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, room];
};

/** Where forest and stack share a place, who asks for a path looks through the stack at it. */
export const shownPart = (part: Part, room: Room): Part => (room === 'two' && part === 'files' ? 'stack' : part);

/** Which of the parts that share a place is shown. */
export const PartTabs = ({ room }: { readonly room: Room }): ReactElement | null => {
  const { layers } = useTexts();
  const { selection } = usePage();
  const part = useSelection((selected) => selected.part);
  if (room === 'all') return null;
  const shown = shownPart(part, room);
  return (
    <nav className="part-tabs" aria-label={layers.parts}>
      {PARTS.filter((each) => room === 'one' || each !== 'files').map((each) => (
        <Button
          key={each}
          aria-current={each === shown ? 'true' : undefined}
          look={each === shown ? 'line' : 'plain'}
          onClick={() => selection.set({ part: each })}
        >
          {layers[each]}
        </Button>
      ))}
    </nav>
  );
};
