/** 'TAND' as a number: the class of all advisory locks of the platform. */
const tand = 1_413_566_020;

/** Advisory locks in the control database. The lock of append_events is (tand, 1); it stands in its migration. */
export const locks = {
  relay: [tand, 2],
  migration: [tand, 3],
} as const;

/** The channel on which append_events tells of new events. */
export const eventsChannel = 'tandem_events';
