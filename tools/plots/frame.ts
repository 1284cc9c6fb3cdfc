/** What all plots of the evening share. */
export const left = 74;
export const right = 20;

/** The evening begins at five. */
export const clock = (hour: number): string => {
  const minutes = Math.round((17 + hour) * 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
};
