/** Something of a run that its user should know although it is no failure. Whoever meets it adds it to the session. */
export type Remark =
	/** A value that was sent as given, outside the range that its input's title names. */
	| { kind: 'outOfRange'; title: string; value: unknown }
	/** A task that completed without any link, where files were wanted. */
	| { kind: 'noLinks'; taskId: string }
	/** A file whose size could not be checked, because its host sent it compressed. */
	| { kind: 'compressed'; fileName: string };
