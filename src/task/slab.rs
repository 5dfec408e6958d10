//! Memory of tasks: slots by size class, carved from chunks, chained when free.
//!
//! # Invariants
//! * **M1** A chunk lives as long as its slab; a slot never changes its class. So a slot that once
//!   held a header always holds one, and may be looked at for as long as the slab lives.
//! * **M2** Every slot of a chunk has held a header, but for those of its class's newest chunk that lie
//!   at `fresh` and behind.
#![expect(unsafe_code, reason = "allocates raw memory")]

use std::alloc::{Layout, handle_alloc_error};
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

use super::extra::is_addressable;
use super::header::Header;
use super::task_ref::TaskRef;
use crate::primitives::{alloc, dealloc};

/// Slots are a multiple of this, and aligned to it.
pub(super) const GRANULE: usize = 16;
/// Up to this size a class for each multiple of a granule; above, four for each doubling.
const FINE_LIMIT: usize = 512;
const FINE_CLASSES: usize = FINE_LIMIT / GRANULE + 1;
/// The largest slot; what is larger is boxed.
pub(super) const LARGEST_SLOT: usize = 16 << 10;
/// A power of two, and no fewer than there are.
const CLASSES: usize = (FINE_CLASSES
    + 4 * (LARGEST_SLOT.trailing_zeros() - FINE_LIMIT.trailing_zeros()) as usize)
    .next_power_of_two();

const FIRST_CHUNK: usize = 8 << 10;
const LARGEST_CHUNK: usize = 32 << 20;

/// A class of slots of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SizeClass(u8);

impl SizeClass {
    /// The smallest class whose slots hold `size` bytes; the largest of all if there is none.
    #[expect(clippy::cast_possible_truncation, reason = "there are few classes")]
    pub(super) const fn of(size: usize) -> Self {
        if size > LARGEST_SLOT {
            return Self::of(LARGEST_SLOT);
        }
        if size <= FINE_LIMIT {
            return Self(size.div_ceil(GRANULE) as u8);
        }
        // `size` lies in (2^n, 2^(n+1)], which is divided into four.
        let n = (size - 1).ilog2();
        let quarter = (size - (1 << n)).div_ceil(1 << (n - 2));
        let doublings = (n - FINE_LIMIT.trailing_zeros()) as usize;
        Self((FINE_CLASSES - 1 + 4 * doublings + quarter) as u8)
    }

    /// The size of its slots.
    pub(super) const fn slot_size(self) -> usize {
        let class = self.0 as usize;
        if class < FINE_CLASSES {
            return class * GRANULE;
        }
        let coarse = class - FINE_CLASSES;
        let base = FINE_LIMIT << (coarse / 4);
        base + base / 4 * (coarse % 4 + 1)
    }

    /// Its place in a table of `CLASSES`; the mask, which changes nothing, saves a check.
    #[inline(always)]
    const fn place(self) -> usize {
        self.0 as usize & (CLASSES - 1)
    }
}

/// Which slab a slot goes back to, and as one of which class: in one byte of its header, which is
/// written once, for neither ever changes (M1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin(u8);

/// Above all classes: the slab is the mailbox's, from which other threads spawn.
const OUTSIDE: u8 = CLASSES as u8;

impl Origin {
    /// Of what is no slot.
    pub(super) const NONE: Self = Self::outside(SizeClass::of(0));

    /// A slot of the worker's own slab.
    pub(super) const fn worker(class: SizeClass) -> Self {
        Self(class.0)
    }

    pub(super) const fn outside(class: SizeClass) -> Self {
        Self(class.0 | OUTSIDE)
    }

    /// Its class, if the slab is the worker's own.
    #[inline(always)]
    pub(super) fn class_of_worker(self) -> Option<SizeClass> {
        (self.0 < OUTSIDE).then_some(SizeClass(self.0))
    }

    /// Its class, if the slab is the mailbox's.
    pub(super) fn class_outside(self) -> Option<SizeClass> {
        (self.0 >= OUTSIDE).then_some(SizeClass(self.0 & !OUTSIDE))
    }
}

/// A slot that was given out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slot {
    /// It holds nothing.
    New(NonNull<Header>),
    /// It holds a header, which others may be looking at (M1).
    Used(NonNull<Header>),
}

/// A piece of memory that holds slots of one class.
#[derive(Debug)]
struct Chunk {
    start: NonNull<u8>,
    layout: Layout,
    class: SizeClass,
}

impl Chunk {
    /// Where its last slot ends.
    fn end(&self) -> NonNull<u8> {
        let slot = self.class.slot_size();
        // SAFETY: no further than the end of the chunk.
        unsafe { self.start.add(self.layout.size() / slot * slot) }
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // SAFETY: `start` was allocated with this layout, and nobody points into it (the slab's
        // owner has seen to that before it drops the slab).
        unsafe { dealloc(self.start.as_ptr(), self.layout) }
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Slab {
    /// The first free slot of each class.
    free: [Cell<*mut Header>; CLASSES],
    /// Where the next slot of each class is carved, in its newest chunk; null where there is none.
    fresh: [Cell<*mut u8>; CLASSES],
    /// Where the newest chunk of each class ends.
    fresh_end: [Cell<*mut u8>; CLASSES],
    chunks: RefCell<Vec<Chunk>>,
}

// SAFETY: a slab owns its memory; whoever has it uniquely may use and free it on any thread.
unsafe impl Send for Slab {}

impl Slab {
    pub(super) const fn new() -> Self {
        Self {
            free: [const { Cell::new(std::ptr::null_mut()) }; CLASSES],
            fresh: [const { Cell::new(std::ptr::null_mut()) }; CLASSES],
            fresh_end: [const { Cell::new(std::ptr::null_mut()) }; CLASSES],
            chunks: RefCell::new(Vec::new()),
        }
    }

    /// Gives out a slot, whose header the caller writes or renews before anything else happens.
    #[inline(always)]
    pub(super) fn allocate(&self, class: SizeClass) -> Slot {
        let free = &self.free[class.place()];
        let Some(slot) = NonNull::new(free.get()) else {
            return Slot::New(self.carve(class));
        };
        // SAFETY: a slot of this slab has held a header ever since it was carved (M1).
        let header = unsafe { slot.as_ref() };
        // SAFETY: what is in the free list is free.
        free.set(unsafe { header.next_free() });
        Slot::Used(slot)
    }

    /// Takes back a slot.
    ///
    /// # Safety
    /// * The slot was given out by this slab, as one of this class.
    /// * What it held was dropped; from now on it is only looked at (M1).
    #[inline(always)]
    pub(super) unsafe fn free(&self, task: TaskRef, class: SizeClass) {
        let free = &self.free[class.place()];
        // SAFETY: the slot is this slab's, which lives.
        unsafe { task.header() }.free(free.get());
        free.set(task.as_ptr());
    }

    /// Moves all slots, used or free, to a slab of their own; they stay where they are in memory.
    pub(super) fn take(&self) -> Self {
        let taken = Self::new();
        self.free.iter().zip(&taken.free).for_each(|(from, to)| from.swap(to));
        self.fresh.iter().zip(&taken.fresh).for_each(|(from, to)| from.swap(to));
        self.fresh_end.iter().zip(&taken.fresh_end).for_each(|(from, to)| from.swap(to));
        self.chunks.swap(&taken.chunks);
        taken
    }

    /// Calls `f` with all slots that have ever held a task.
    pub(super) fn for_each_slot(&self, mut f: impl FnMut(TaskRef)) {
        for chunk in &*self.chunks.borrow() {
            let place = chunk.class.place();
            let is_newest = chunk.end().as_ptr() == self.fresh_end[place].get();
            let end = if is_newest { self.fresh[place].get() } else { chunk.end().as_ptr() };
            let carved = end.addr() - chunk.start.addr().get();
            for at in (0..carved).step_by(chunk.class.slot_size()) {
                // SAFETY: `at` is the start of a slot within the chunk.
                let slot = unsafe { chunk.start.add(at) };
                // SAFETY: the slot has held a header (M2); the pointer is the chunk's own.
                f(unsafe { TaskRef::new(slot.cast()) });
            }
        }
    }

    /// Gives out a slot that never was.
    #[inline(always)]
    fn carve(&self, class: SizeClass) -> NonNull<Header> {
        let place = class.place();
        if self.fresh[place].get() == self.fresh_end[place].get() {
            self.add_chunk(class);
        }
        let slot = self.fresh[place].get();
        // SAFETY: there is a slot before `fresh_end`, which is a whole number of slots away.
        self.fresh[place].set(unsafe { slot.add(class.slot_size()) });
        // SAFETY: it lies in a chunk.
        unsafe { NonNull::new_unchecked(slot.cast()) }
    }

    /// Each chunk of a class is twice as large as the one before, up to a limit.
    #[cold]
    #[inline(never)]
    fn add_chunk(&self, class: SizeClass) {
        let mut chunks = self.chunks.borrow_mut();
        let last = chunks.iter().rfind(|chunk| chunk.class == class);
        let size = last.map_or(FIRST_CHUNK, |last| last.layout.size() * 2);
        let size = size.clamp(4 * class.slot_size(), LARGEST_CHUNK);
        // Aligned to cache lines, so that a slot of one line lies in one.
        let layout = Layout::from_size_align(size, 64).expect("a chunk's layout is valid");
        // SAFETY: the size is not zero.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else {
            handle_alloc_error(layout)
        };
        assert!(
            is_addressable(start.addr().get() + size),
            "the allocator gave memory above 2^48, which coweave cannot point to"
        );
        let chunk = Chunk { start, layout, class };
        self.fresh[class.place()].set(start.as_ptr());
        self.fresh_end[class.place()].set(chunk.end().as_ptr());
        chunks.push(chunk);
    }
}
