//! Whether types may be sent to, and shared with, other threads.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;

/// May be sent and shared.
pub(crate) type Both = u32;
/// May be sent, not shared.
pub(crate) type Send = Cell<u32>;
/// May be shared, not sent.
pub(crate) type Sync = std::sync::MutexGuard<'static, u32>;
/// Neither.
pub(crate) type Neither = Rc<u32>;

pub(crate) struct Probe<T: ?Sized>(PhantomData<T>);

pub(crate) trait Not {
    const IS_SEND: bool = false;
    const IS_SYNC: bool = false;
}
impl<T: ?Sized> Not for Probe<T> {}

// An inherent constant stands before the trait's, where its bound holds.
impl<T: ?Sized + std::marker::Send> Probe<T> {
    pub(crate) const IS_SEND: bool = true;
}
impl<T: ?Sized + std::marker::Sync> Probe<T> {
    pub(crate) const IS_SYNC: bool = true;
}

macro_rules! assert_traits {
    ($($type:ty: $is_send:literal $is_sync:literal;)*) => {
        $(
            assert_eq!(
                (Probe::<$type>::IS_SEND, Probe::<$type>::IS_SYNC),
                ($is_send, $is_sync),
                "{}", stringify!($type)
            );
        )*
    };
}
pub(crate) use assert_traits;

#[test]
fn the_probe_tells_what_it_should() {
    assert_traits! {
        Both: true true;
        Send: true false;
        Sync: false true;
        Neither: false false;
    }
}
