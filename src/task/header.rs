//! What stands before every task's frame: 48 bytes, so that a small task is one cache line.
//!
//! # Invariants
//! * **H1 owner** Only the owner's thread touches a header, but for `state`'s stage, and for
//!   `link` and the outcome once the stage says that the task has ended (S3).
//! * **H2 type-stable** A header's memory stays a header as long as its scheduler lives, so that a
//!   stale [`TaskRef`] may be looked at by the owner; the id tells whether it is still that task.
//! * **H3 rare things lie apart** Names, wakers and payloads are in [`Extra`], a box that few tasks
//!   have; what is rare swaps the `vtable`, so that the run loop tests nothing for it.
//! * **H4 renewed in place** A slot that is used again keeps its header, whose id is an atomic: while
//!   another thread makes it the header of a task that is spawned from outside, the owner may be
//!   reading the id, to find that a waker's or timer's task is gone. All else is read only if the id
//!   matches: so that of such a slot is cleared before the slot is free.
#![expect(unsafe_code, reason = "headers are reached through pointers")]

use std::fmt;
use std::panic::Location;

use super::extra::{Extra, Joiner, Link, Registration};
use super::id::TaskId;
use super::site_ref::{SiteRef, SpawnSite};
use super::slab::Origin;
use super::state::State;
use super::task_ref::TaskRef;
use super::unjoined::Origins;
use super::vtable::VTable;
use super::wait_place::PlaceNumber;
use crate::coroutine::Site;
use crate::primitives::{AtomicU64, Cell, Ordering, const_fn};
use crate::time::Instant;

/// See the module.
#[repr(C)]
pub(crate) struct Header {
    vtable: Cell<&'static VTable>,
    next: Cell<Next>,
    link: Cell<Link>,
    id: AtomicU64,
    pub(super) site: Cell<SiteRef>,
    spawned_at: Cell<SpawnSite>,
    pub(super) origin: Origin,
    pub(super) state: State,
}

#[cfg(all(target_pointer_width = "64", not(coweave_loom)))]
const _: () = assert!(size_of::<Header>() == 48);

/// The next free slot of a free list; in a task, what reports tell of its wait.
#[derive(Clone, Copy)]
union Next {
    slot: *mut Header,
    /// When a task was parked that waits for anything but a primitive.
    since: Instant,
    /// The number of the place at which the task waits, if that is at a primitive; and above that, in
    /// a parked task, since when.
    waits: u64,
}

const PLACE_BITS: u32 = u16::BITS;
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;

/// An instant as the header of a task keeps it that waits at a primitive: the microseconds from the clock's start, above the
/// bits of a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct ParkedSince(u64);

impl ParkedSince {
    pub(super) fn new(now: Instant) -> Self {
        Self((now.nanos() / 1000) << PLACE_BITS)
    }
}

impl Header {
    pub(super) fn new(
        vtable: &'static VTable,
        id: TaskId,
        origin: Origin,
        spawned_at: &'static Location<'static>,
    ) -> Self {
        Self {
            vtable: Cell::new(vtable),
            next: Cell::new(Next { slot: std::ptr::null_mut() }),
            link: Cell::new(Link::NONE),
            id: AtomicU64::new(id.to_bits()),
            site: Cell::new(SiteRef::NONE),
            spawned_at: Cell::new(SpawnSite::new(spawned_at)),
            origin,
            state: State::new(),
        }
    }

    /// Makes the header of a free slot that of a new task, with the slot's own origin.
    #[inline(always)]
    pub(super) fn renew(
        &self,
        vtable: &'static VTable,
        id: TaskId,
        spawned_at: &'static Location<'static>,
    ) {
        self.vtable.set(vtable);
        self.link.set(Link::NONE);
        self.site.set(SiteRef::NONE);
        self.spawned_at.set(SpawnSite::new(spawned_at));
        self.state.renew();
        self.id.store(id.to_bits(), Ordering::Relaxed);
    }

    const_fn! {
        /// The header of a task that was refused: a handle to it gives `Cancelled` at once.
        pub(super) const fn refused() -> Self {
            Self {
                vtable: Cell::new(&super::cell::REFUSED),
                next: Cell::new(Next { slot: std::ptr::null_mut() }),
                link: Cell::new(Link::NONE),
                id: AtomicU64::new(TaskId::NONE.to_bits()),
                site: Cell::new(SiteRef::NONE),
                spawned_at: Cell::new(SpawnSite::UNKNOWN),
                origin: Origin::NONE,
                state: State::refused(),
            }
        }
    }

    #[inline(always)]
    pub(crate) fn vtable(&self) -> &'static VTable {
        self.vtable.get()
    }

    pub(super) fn set_vtable(&self, vtable: &'static VTable) {
        self.vtable.set(vtable);
    }

    #[inline(always)]
    pub(crate) fn id(&self) -> TaskId {
        // Relaxed: who asks whether it is a certain one has acquired that one, or finds another.
        TaskId::from_bits(self.id.load(Ordering::Relaxed))
    }

    /// Where the task was last suspended, as far as it is known.
    pub(crate) fn suspended_at(&self) -> Option<Site> {
        // A coroutine that has ended within the task may have left its place there.
        let is_known = !self.state.is_parked() || self.state.has_said_what_for();
        is_known.then(|| self.site.get().get()).flatten()
    }

    pub(crate) fn spawned_at(&self) -> Option<&'static Location<'static>> {
        self.spawned_at.get().get()
    }

    /// The header of a guest tells of its task what is known at home.
    pub(super) fn copy_origin(&self, home: &Self) {
        self.spawned_at.set(home.spawned_at.get());
    }

    /// This is the header of the same task now, which another was until now.
    pub(super) fn succeed(&self, before: &Self) {
        self.site.set(before.site.get());
        if before.state.take_permit() {
            self.state.give_permit();
        }
    }

    /// Names this task for a registration within its worker.
    pub(super) fn registration(&self, task: TaskRef) -> Registration {
        Registration::new(task, self.id())
    }

    /// Chains the slot before `next`. It keeps the id of its task, and that this has ended, until it is
    /// renewed: who looks at it meanwhile finds what it would have found before.
    #[inline(always)]
    pub(super) fn free(&self, next: *mut Header) {
        self.state.free();
        self.next.set(Next { slot: next });
    }

    /// Nobody finds his task here any more.
    pub(super) fn clear_id(&self) {
        self.id.store(TaskId::NONE.to_bits(), Ordering::Relaxed);
    }

    /// The next free slot.
    ///
    /// # Safety
    /// The slot is free.
    #[inline(always)]
    pub(super) unsafe fn next_free(&self) -> *mut Header {
        // SAFETY: `free` has set it.
        unsafe { self.next.get().slot }
    }

    /// The running task is about to wait at a primitive.
    #[inline(always)]
    pub(super) fn set_place(&self, place: PlaceNumber) {
        self.next.set(Next { waits: u64::from(place.to_bits()) });
    }

    /// The task, which waits for anything but a primitive, is parked.
    #[inline(always)]
    pub(super) fn set_parked_since(&self, now: Instant) {
        self.next.set(Next { since: now });
    }

    /// The task, which waits at a primitive, is parked.
    #[inline(always)]
    pub(super) fn set_waits_since(&self, since: ParkedSince) {
        // SAFETY: the task runs still, so that it is in no free list, and `set_place` was the last to
        // write; were it not, the place would be some other number.
        let place = unsafe { self.next.get().waits } & PLACE_MASK;
        self.next.set(Next { waits: since.0 | place });
    }

    /// When the task was parked; `None` if it is not parked.
    pub(crate) fn parked_since(&self) -> Option<Instant> {
        if !self.state.is_parked() {
            return None;
        }
        if !self.state.waits_at_primitive() {
            // SAFETY: a parked task is in no free list, and `set_parked_since` was the last to write.
            return Some(unsafe { self.next.get().since });
        }
        // SAFETY: as above, but it was `set_waits_since`.
        let waits = unsafe { self.next.get().waits };
        Some(Instant::from_nanos((waits >> PLACE_BITS).saturating_mul(1000)))
    }

    /// The place of the primitive at which the parked task waits, if it waits at one.
    pub(crate) fn place(&self) -> Option<PlaceNumber> {
        if !self.state.is_parked() || !self.state.waits_at_primitive() {
            return None;
        }
        // SAFETY: a parked task is in no free list, and `set_waits_since` was the last to write.
        let waits = unsafe { self.next.get().waits };
        let [low, high, ..] = waits.to_le_bytes();
        Some(PlaceNumber::from_bits(u16::from_le_bytes([low, high])))
    }

    /// The rare things, if this task has any.
    ///
    /// # Safety
    /// The caller is allowed to touch the link (H1), and no other reference to them is in use.
    #[expect(clippy::mut_from_ref, reason = "the box is the header's, reached through a pointer")]
    pub(super) unsafe fn extra(&self) -> Option<&mut Extra> {
        let extra = self.link.get().as_extra()?;
        // SAFETY: the link owns it; nobody else uses it, says the caller.
        Some(unsafe { &mut *extra })
    }

    /// Gives a new task its rare things.
    pub(super) fn set_extra(&self, extra: Box<Extra>) {
        self.link.set(Link::extra(extra));
    }

    /// The rare things, made if there are none yet.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    #[expect(clippy::mut_from_ref, reason = "the box is the header's, reached through a pointer")]
    pub(super) unsafe fn extra_or_new(&self) -> &mut Extra {
        let link = self.link.get();
        if !link.has_extra() {
            let joiner = link.as_joiner().map_or(Joiner::Nobody, Joiner::Task);
            self.link.set(Link::extra(Box::new(Extra { joiner, ..Extra::default() })));
        }
        // SAFETY: passed on to the caller.
        unsafe { self.extra() }.expect("there are rare things now")
    }

    /// Registers a task of the same worker as the joiner, and gives back the one before.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    #[inline(always)]
    pub(super) unsafe fn set_joiner_task(&self, joiner: Registration) -> Joiner {
        if self.link.get().has_extra() {
            // SAFETY: passed on to the caller.
            return unsafe { self.set_joiner(Joiner::Task(joiner)) };
        }
        self.link.set(Link::joiner(joiner));
        Joiner::Nobody
    }

    /// Registers the joiner, and gives back the one before.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    pub(super) unsafe fn set_joiner(&self, joiner: Joiner) -> Joiner {
        if matches!(joiner, Joiner::Nobody) && !self.link.get().has_extra() {
            self.link.set(Link::NONE);
            return Joiner::Nobody;
        }
        // SAFETY: passed on to the caller.
        std::mem::replace(&mut unsafe { self.extra_or_new() }.joiner, joiner)
    }

    /// The registered joiner, if it is a task of the same worker.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    pub(super) unsafe fn joiner_task(&self) -> Option<Registration> {
        let link = self.link.get();
        if !link.has_extra() {
            return link.as_joiner();
        }
        // SAFETY: passed on to the caller.
        match unsafe { self.extra() }?.joiner {
            Joiner::Task(joiner) => Some(joiner),
            Joiner::Nobody | Joiner::Waker(_) | Joiner::Run | Joiner::Callback(_) => None,
        }
    }

    /// The joiner at the task's end, if it is a task or nobody; `None` if there are rare things,
    /// perhaps a joiner among them. It is not asked for again, so it may as well stay in the link.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    #[inline(always)]
    pub(super) unsafe fn plain_joiner(&self) -> Option<Link> {
        let link = self.link.get();
        (!link.has_extra()).then_some(link)
    }

    /// Which task this was.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    pub(super) unsafe fn origins(&self) -> Origins {
        // SAFETY: passed on to the caller.
        let name = unsafe { self.extra() }.and_then(|extra| extra.name.clone());
        Origins::new(self, name)
    }

    /// Takes the rare things at the task's end; of them only a payload and the name stay, for
    /// the handle.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    pub(super) unsafe fn take_extra_but_payload(&self) -> Option<Box<Extra>> {
        // SAFETY: passed on to the caller.
        let mut extra = unsafe { self.take_extra() }?;
        if let Some(payload) = extra.payload.take() {
            let (payload, name) = (Some(payload), extra.name.take());
            let kept = Box::new(Extra { payload, name, ..Extra::default() });
            self.link.set(Link::extra(kept));
        }
        Some(extra)
    }

    /// Takes all rare things.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    pub(super) unsafe fn take_extra(&self) -> Option<Box<Extra>> {
        let extra = self.link.get().as_extra()?;
        self.link.set(Link::NONE);
        // SAFETY: the link owned it, made of a box, and has just forgotten it.
        Some(unsafe { Box::from_raw(extra) })
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header").field("id", &self.id()).field("state", &self.state).finish()
    }
}
