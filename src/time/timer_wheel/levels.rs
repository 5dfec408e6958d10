//! The digits of a deadline, and where the slots of each level lie among all slots.

/// The digits of a deadline.
pub(super) const LEVELS: usize = 7;
pub(super) const TOP: usize = LEVELS - 1;
/// From this level on a level has slots for two windows, and the next one is opened ahead.
pub(super) const FIRST_RING: usize = 3;

/// Where each level's digit begins: slots of 1 ns, 64 ns, 4 µs, 262 µs, 4.3 s, 9.8 h, 417 days.
const SHIFTS: [u32; LEVELS] = [0, 6, 12, 18, 32, 45, 55];
/// How many slots each has, as a power of two; in rings twice what the digit counts.
const SIZES: [u32; LEVELS] = [6, 6, 6, 15, 14, 11, 9];
/// The large levels lie first, so that a word of the bitmap's sums is one level's.
const FIRST_SLOTS: [usize; LEVELS] = [51_712, 51_776, 51_840, 0, 32_768, 49_152, 51_200];
/// For deadlines that no clock reaches.
pub(super) const NEVER_SLOT: usize = 51_904;
pub(super) const SLOTS: usize = NEVER_SLOT + 64;

/// How long the window of a ring is that moves while time passes; the ones above are multiples.
pub(super) const WINDOW: u64 = slot_width(FIRST_RING + 1);

/// How far each level but the top is opened at first: the rings for their first window, which is
/// empty.
pub(super) const FIRST_ENDS: [u64; TOP] = [0, 0, 0, slot_width(4), slot_width(5), slot_width(6)];

const fn mask(level: usize) -> u64 {
    (1 << SIZES[level]) - 1
}

/// How long a slot of a level is, which is the window of the level below.
#[inline(always)]
pub(super) const fn slot_width(level: usize) -> u64 {
    1 << SHIFTS[level]
}

/// The first instant of the slot of `level` that contains `instant`.
#[inline(always)]
pub(super) const fn slot_start(level: usize, instant: u64) -> u64 {
    instant >> SHIFTS[level] << SHIFTS[level]
}

/// The slot of `level` that contains `instant`, among all slots.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "masked to few bits")]
pub(super) const fn slot_of(level: usize, instant: u64) -> usize {
    FIRST_SLOTS[level] + (instant >> SHIFTS[level] & mask(level)) as usize
}

/// All slots of a level.
#[inline(always)]
pub(super) const fn slots(level: usize) -> std::ops::Range<usize> {
    FIRST_SLOTS[level]..FIRST_SLOTS[level] + (1 << SIZES[level])
}

/// The first instant of a slot, which is the first of that slot that is not before `cursor`'s.
#[inline(always)]
pub(super) const fn start_of(level: usize, slot: usize, cursor: u64) -> u64 {
    let from = cursor >> SHIFTS[level];
    let ahead = ((slot - FIRST_SLOTS[level]) as u64).wrapping_sub(from) & mask(level);
    (from + ahead) << SHIFTS[level]
}
