/** The extended attribute that holds a program's file capabilities (capabilities(7)), in binary. */
export const CAPABILITY = 'security.capability';
