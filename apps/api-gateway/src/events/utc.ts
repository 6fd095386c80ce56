/** A valid time in the form that all times of ours have, in which text compares like time: UTC with milliseconds. */
export const utc = (time: string): string => new Date(time).toISOString();
