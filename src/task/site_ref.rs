//! Where a task was spawned and where it is suspended, in few bytes.
//!
//! # Invariants
//! * **P1** A `SiteRef` is null, a `&'static Site`, or a `&'static Location` or null with its low bit
//!   set.
//! * **P2** A `SpawnSite` is zero, or the distance from `ANCHOR` to a `Location` of this program,
//!   whose provenance was exposed.
#![expect(unsafe_code, reason = "packs two kinds of static references into one pointer")]

use std::fmt;
use std::hint::cold_path;
use std::panic::Location;
use std::path::Path;

use crate::coroutine::Site;

/// Where a task is suspended: a site made by the macro, or a caller's location.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct SiteRef(*const ());

const IS_LOCATION: usize = 1;
const _: () = assert!(align_of::<Site>() > IS_LOCATION && align_of::<Location<'_>>() > IS_LOCATION);

impl SiteRef {
    pub(crate) const NONE: Self = Self(std::ptr::null());
    /// Some line of another crate, which tells the user nothing; what is waited for is known.
    pub(crate) const FOREIGN: Self = Self(std::ptr::without_provenance(IS_LOCATION));

    #[inline(always)]
    pub(crate) const fn site(site: &'static Site) -> Self {
        Self(std::ptr::from_ref(site).cast())
    }

    #[inline(always)]
    pub(crate) fn location(location: &'static Location<'static>) -> Self {
        let pointer = std::ptr::from_ref(location).cast::<()>();
        Self(pointer.map_addr(|address| address | IS_LOCATION))
    }

    pub(crate) fn of(site: SpawnSite) -> Self {
        site.get().map_or(Self::NONE, Self::location)
    }

    /// Where a future was polled. Its caller is another crate's combinator, or the compiler for the
    /// user's `.await`; cargo gives the files of a workspace relative paths, those of others not.
    pub(crate) fn polled_at(location: &'static Location<'static>) -> Self {
        let file = location.file();
        let ours = [super::timeout::FILE, super::select::FILE, super::join_futures::FILE];
        let is_foreign = Path::new(file).is_absolute() || ours.contains(&file);
        if is_foreign { Self::FOREIGN } else { Self::location(location) }
    }

    /// Whether no place was recorded that tells the user anything.
    #[inline(always)]
    pub(crate) fn is_none(self) -> bool {
        self.0.addr() <= IS_LOCATION
    }

    /// The site, if one was recorded.
    pub(crate) fn get(self) -> Option<Site> {
        if self.is_none() {
            return None;
        }
        if self.0.addr() & IS_LOCATION == 0 {
            // SAFETY: without the bit it is a `&'static Site` (P1).
            return Some(unsafe { *self.0.cast::<Site>() });
        }
        let pointer = self.0.map_addr(|address| address & !IS_LOCATION);
        // SAFETY: with the bit it is a `&'static Location` (P1).
        let location = unsafe { &*pointer.cast::<Location<'static>>() };
        Some(Site::new("", location.file(), location.line(), location.column()))
    }
}

impl fmt::Debug for SiteRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Where a task was spawned, or `sleep` called, as a distance within the program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpawnSite(i32);

static ANCHOR: u8 = 0;

impl SpawnSite {
    pub(crate) const UNKNOWN: Self = Self(0);

    /// Beyond two gigabytes it is unknown.
    #[inline(always)]
    #[expect(clippy::cast_possible_wrap, reason = "a distance has a sign")]
    #[expect(clippy::cast_possible_truncation, reason = "asked for")]
    pub(crate) fn new(location: &'static Location<'static>) -> Self {
        let address = std::ptr::from_ref(location).expose_provenance();
        let distance = address.wrapping_sub((&raw const ANCHOR).addr()) as isize;
        let near = distance as i32;
        if near as isize != distance {
            cold_path();
            return Self::UNKNOWN;
        }
        Self(near)
    }

    #[expect(clippy::cast_sign_loss, reason = "a distance has a sign")]
    pub(crate) fn get(self) -> Option<&'static Location<'static>> {
        if self.0 == 0 {
            return None;
        }
        let address = (&raw const ANCHOR).addr().wrapping_add(self.0 as isize as usize);
        // SAFETY: at this distance lies the location that `new` was given, exposed there (P2).
        Some(unsafe { &*std::ptr::with_exposed_provenance(address) })
    }
}
