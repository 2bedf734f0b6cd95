import type { ReactElement } from 'react';
import { ViewCard } from '../../frame/view-card.tsx';

export const MachineView = (): ReactElement => <ViewCard view="machine">{null}</ViewCard>;
