/** What stands over the views for a while: a dialog, a sentence. */
export type DialogName = 'palette' | 'export' | 'share' | 'shared' | 'shortcuts' | 'tour';

export interface PageState {
  readonly dialog: DialogName | '';
  /** A sentence for the user; said aloud, and gone with the next. */
  readonly message: string;
  readonly lessons: boolean;
}

export const FIRST_PAGE_STATE: PageState = { dialog: '', message: '', lessons: false };
