//! What stands before every task's frame: 56 bytes, so that a small task is one cache line.
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
//!   matches.
#![expect(unsafe_code, reason = "headers are reached through pointers")]

use std::fmt;
use std::panic::Location;
use std::ptr::NonNull;

use super::extra::{EXTRA, Extra, JOINER, Joiner, Link, Registration};
use super::id::TaskId;
use super::site_ref::{SiteRef, SpawnSite};
use super::slab::SizeClass;
use super::state::State;
use super::task_ref::TaskRef;
use super::vtable::VTable;
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
    /// The low half of the joiner's id, beside the joiner in `link`.
    joiner_id: Cell<u32>,
    spawned_at: Cell<SpawnSite>,
    /// The worker that owns the task, among those of its scheduler.
    pub(super) owner: Cell<u16>,
    pub(super) state: State,
    pub(super) waits_for: Cell<Waits>,
    pub(super) origin: Origin,
    pub(super) size_class: SizeClass,
}

#[cfg(all(target_pointer_width = "64", not(coweave_loom)))]
const _: () = assert!(size_of::<Header>() == 56);

/// Which slab a header's slot goes back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The worker's own.
    Worker,
    /// The mailbox's, from which other threads spawn.
    Outside,
}

/// What kind of leaf a suspended task waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waits {
    /// Any other future, or nothing yet.
    Other,
    Sleep,
    Park,
    Join,
    Idle,
    /// Any other future, or a deadline.
    Timeout,
}

/// The next free slot of a free list; in a parked task, the instant at which it was parked.
#[derive(Clone, Copy)]
union Next {
    slot: *mut Header,
    since: Instant,
}

impl Header {
    pub(super) fn new(
        vtable: &'static VTable,
        size_class: SizeClass,
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
            joiner_id: Cell::new(0),
            spawned_at: Cell::new(SpawnSite::new(spawned_at)),
            owner: Cell::new(0),
            state: State::new(),
            waits_for: Cell::new(Waits::Other),
            origin,
            size_class,
        }
    }

    /// Makes the header of a free slot that of a new task, with the slot's own class and origin.
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
        self.joiner_id.set(0);
        self.spawned_at.set(SpawnSite::new(spawned_at));
        self.owner.set(0);
        self.state.renew();
        self.waits_for.set(Waits::Other);
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
                joiner_id: Cell::new(0),
                spawned_at: Cell::new(SpawnSite::UNKNOWN),
                owner: Cell::new(0),
                state: State::refused(),
                waits_for: Cell::new(Waits::Other),
                origin: Origin::Outside,
                size_class: SizeClass::of(0),
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

    /// Where the task was last suspended.
    pub(crate) fn suspended_at(&self) -> Option<Site> {
        self.site.get().get()
    }

    pub(crate) fn spawned_at(&self) -> Option<&'static Location<'static>> {
        self.spawned_at.get().get()
    }

    /// Names this task for a registration within its worker.
    pub(super) fn registration(&self, task: TaskRef) -> Registration {
        Registration { task, id_low: self.id().low_half() }
    }

    /// Marks the slot as free and chains it before `next`.
    #[inline(always)]
    pub(super) fn free(&self, next: *mut Header) {
        self.state.free();
        self.id.store(TaskId::NONE.to_bits(), Ordering::Relaxed);
        self.next.set(Next { slot: next });
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

    #[inline(always)]
    pub(super) fn set_parked_since(&self, now: Instant) {
        self.next.set(Next { since: now });
    }

    /// When the task was parked; `None` if it is not parked.
    pub(crate) fn parked_since(&self) -> Option<Instant> {
        // SAFETY: a parked task is in no free list, and `set_parked_since` was the last to write.
        self.state.is_parked().then(|| unsafe { self.next.get().since })
    }

    /// The rare things, if this task has any.
    ///
    /// # Safety
    /// The caller is allowed to touch the link (H1), and no other reference to them is in use.
    #[expect(clippy::mut_from_ref, reason = "the box is the header's, reached through a pointer")]
    pub(super) unsafe fn extra(&self) -> Option<&mut Extra> {
        let link = self.link.get();
        if link.tag() != EXTRA {
            return None;
        }
        // SAFETY: the tag says that the link owns an `Extra`; nobody else uses it, says the caller.
        Some(unsafe { &mut *link.pointer().cast::<Extra>() })
    }

    /// The rare things, made if there are none yet.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    #[expect(clippy::mut_from_ref, reason = "the box is the header's, reached through a pointer")]
    pub(super) unsafe fn extra_or_new(&self) -> &mut Extra {
        let link = self.link.get();
        if link.tag() != EXTRA {
            let joiner = self.local_joiner(link).map_or(Joiner::Nobody, Joiner::Task);
            let extra = Box::into_raw(Box::new(Extra { joiner, ..Extra::default() }));
            self.link.set(Link::tagged(extra.cast(), EXTRA));
        }
        // SAFETY: passed on to the caller.
        unsafe { self.extra() }.expect("there are rare things now")
    }

    #[inline(always)]
    fn local_joiner(&self, link: Link) -> Option<Registration> {
        let header = NonNull::new(link.pointer().cast())?;
        // SAFETY: the link was made of a `TaskRef`.
        let task = unsafe { TaskRef::new(header) };
        Some(Registration { task, id_low: self.joiner_id.get() })
    }

    /// Registers a task of the same worker as the joiner, and gives back the one before.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    #[inline(always)]
    pub(super) unsafe fn set_joiner_task(&self, joiner: Registration) -> Joiner {
        if self.link.get().tag() == EXTRA {
            // SAFETY: passed on to the caller.
            return unsafe { self.set_joiner(Joiner::Task(joiner)) };
        }
        self.joiner_id.set(joiner.id_low);
        self.link.set(Link::tagged(joiner.task.as_ptr().cast(), JOINER));
        Joiner::Nobody
    }

    /// Registers the joiner, and gives back the one before.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    pub(super) unsafe fn set_joiner(&self, joiner: Joiner) -> Joiner {
        if matches!(joiner, Joiner::Nobody) && self.link.get().tag() != EXTRA {
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
        if link.tag() != EXTRA {
            return self.local_joiner(link);
        }
        // SAFETY: passed on to the caller.
        match unsafe { self.extra() }?.joiner {
            Joiner::Task(joiner) => Some(joiner),
            Joiner::Nobody | Joiner::Waker(_) | Joiner::Run => None,
        }
    }

    /// Takes the joiner, if it is a task or nobody; `None` if there are rare things, perhaps a
    /// joiner among them.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    #[inline(always)]
    #[expect(clippy::option_option, reason = "two questions")]
    pub(super) unsafe fn take_plain_joiner(&self) -> Option<Option<Registration>> {
        let link = self.link.get();
        if link.tag() == EXTRA {
            return None;
        }
        self.link.set(Link::NONE);
        Some(self.local_joiner(link))
    }

    /// Takes the rare things at the task's end; of them only a payload stays, for the handle.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    pub(super) unsafe fn take_extra_but_payload(&self) -> Option<Box<Extra>> {
        // SAFETY: passed on to the caller.
        let mut extra = unsafe { self.take_extra() }?;
        if let Some(payload) = extra.payload.take() {
            let kept = Box::new(Extra { payload: Some(payload), ..Extra::default() });
            self.link.set(Link::tagged(Box::into_raw(kept).cast(), EXTRA));
        }
        Some(extra)
    }

    /// Takes all rare things.
    ///
    /// # Safety
    /// As for [`extra`](Self::extra).
    pub(super) unsafe fn take_extra(&self) -> Option<Box<Extra>> {
        let link = self.link.get();
        if link.tag() != EXTRA {
            return None;
        }
        self.link.set(Link::NONE);
        // SAFETY: the tag says that the link owns an `Extra`, made by `Box::into_raw`; the link
        // has just forgotten it.
        Some(unsafe { Box::from_raw(link.pointer().cast::<Extra>()) })
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header").field("id", &self.id()).field("state", &self.state).finish()
    }
}
