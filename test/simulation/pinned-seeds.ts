import type { Focus } from './focus.ts'

interface PinnedSeed {
  /** The rule that was broken, and how. */
  found: string
  focus: Focus
  seed: number
}

/** Worlds in which something was wrong once. A change of what a seed draws takes their meaning: find them anew then. */
export const pinnedSeeds: readonly PinnedSeed[] = [
  {
    found:
      'RT-1: a viewer left while its place was looked up, was taken in all the same and written to for ever',
    focus: 'joining',
    seed: 3,
  },
  {
    found: 'RT-9: a stream that was ended but not yet closed was brought up to date once more',
    focus: 'lossy-bus',
    seed: 71,
  },
  {
    found: 'RT-5: a viewer whose outbox was filled by heartbeats and viewer counts alone was never cut off',
    focus: 'slow-viewers',
    seed: 77,
  },
  {
    found:
      'RT-6: a log begun anew in the turn in which a viewer got its place: the reset passed the viewer by',
    focus: 'new-epochs',
    seed: 266,
  },
  {
    found: 'RT-6: pages of the new log were written to a viewer before its reset',
    focus: 'new-epochs',
    seed: 154,
  },
  {
    found:
      'RT-6: the first comment came while the empty log was read, and every viewer was reset for nothing',
    focus: 'new-epochs',
    seed: 398,
  },
  {
    found: 'RT-18: late events of a dead log made a node read the store round and round',
    focus: 'new-epochs',
    seed: 81,
  },
  {
    found:
      'RT-15: a comment that the ring had let go was removed while it waited in a frame, and was written',
    focus: 'removals',
    seed: 149,
  },
  {
    found: 'RT-15: a page was read before a comment in it was removed, and written after',
    focus: 'joining',
    seed: 339,
  },
  {
    found: 'RT-6: a gap of a log that had just ended was told with the epoch of the next one',
    focus: 'rates',
    seed: 50007,
  },
  {
    found: 'RT-32: a page beyond the end of a log that went back was read round and round',
    focus: 'restores',
    seed: 780,
  },
  {
    found: 'RT-32: a restart of a log that failed half way was never tried again',
    focus: 'restores',
    seed: 40_371,
  },
  {
    found: 'RT-6: a resume that a new log refused was reset twice, first to the end of the old one',
    focus: 'removals',
    seed: 23,
  },
  {
    found:
      'RT-6: a head that was asked for before a log was begun anew was compared with the new log, and reset its viewers',
    focus: 'new-epochs',
    seed: 1_622_292_152,
  },
]
