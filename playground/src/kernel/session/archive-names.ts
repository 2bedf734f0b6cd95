/** The image that is built in. */
export const DEMO_ARCHIVE = 'demo';
