//! Other systems: nothing is known.

use std::ptr::NonNull;

/// Does nothing.
pub(crate) fn prefer_huge_pages(_start: NonNull<u8>, _size: usize) {}
