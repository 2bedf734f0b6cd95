import type { ReactElement } from 'react';

/** What the line of sight meets on a sheet. */
export type Sight = 'none' | 'passes' | 'hits' | 'blocked' | 'beyond' | 'buried';

/**
 * A sheet seen from above, and the line of sight through it: it falls from the eye through every sheet that holds nothing
 * at the path, and ends on the first that does. What lies deeper is out of sight.
 */
export const Sheet = ({ sight, role }: { readonly sight: Sight; readonly role: 'upper' | 'lower' }): ReactElement => (
  <svg className="sheet" width="60" height="52" viewBox="12 0 60 52" aria-hidden="true" data-sight={sight}>
    <path className="sheet-face" data-role={role} d="M42 13 70 28 42 43 14 28z" />
    {sight !== 'none' && sight !== 'beyond' && sight !== 'buried' && <path className="ray" d="M42 0V28" />}
    {sight === 'passes' && <path className="ray" d="M42 28V52" />}
    {sight === 'hits' && <circle className="spot" cx="42" cy="28" r="6" />}
    {sight === 'blocked' && <path className="block" d="M36 22 48 34M48 22 36 34" />}
    {sight === 'buried' && <circle className="buried" cx="42" cy="28" r="5" />}
  </svg>
);
