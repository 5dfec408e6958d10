//! What is asked of the operating system about memory, beyond what an allocator does. Nothing here is
//! needed for more than speed.

#[cfg(all(target_os = "linux", not(miri)))]
mod linux;
#[cfg(not(all(target_os = "linux", not(miri))))]
mod other;

#[cfg(all(target_os = "linux", not(miri)))]
pub(crate) use linux::prefer_huge_pages;
#[cfg(not(all(target_os = "linux", not(miri))))]
pub(crate) use other::prefer_huge_pages;
