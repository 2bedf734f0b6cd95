import type { ReactElement } from 'react';
import { ViewCard } from '../../frame/view-card.tsx';

export const LayersView = (): ReactElement => <ViewCard view="layers">{null}</ViewCard>;
