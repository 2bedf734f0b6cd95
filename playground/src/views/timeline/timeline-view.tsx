import type { ReactElement } from 'react';
import { ViewCard } from '../../frame/view-card.tsx';

export const TimelineView = (): ReactElement => <ViewCard view="timeline">{null}</ViewCard>;
