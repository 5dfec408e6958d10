//! Every kind of item once, public and not. Nothing runs this; rustdoc describes it.
#![feature(auto_traits, negative_impls)]

use std::fmt;
use std::future::Future;
use std::pin::Pin;

mod inner {
    #[derive(Debug, Clone)]
    #[non_exhaustive]
    #[must_use]
    pub struct Handle<T: Send, const N: usize = 3>
    where
        T: Sync,
    {
        pub id: u64,
        value: T,
    }

    impl<T: Send + Sync, const N: usize> Handle<T, N> {
        pub const LIMIT: usize = 3;

        pub const fn id(&self) -> u64 {
            self.id
        }

        pub fn set<'a>(&'a mut self, value: T, check: &dyn Fn(u32, &str) -> bool) -> Option<&'a T>
        where
            T: Clone,
        {
            None
        }

        pub unsafe fn raw(
            self: std::pin::Pin<&mut Self>,
            pointer: *const [u8; 4],
            call: unsafe extern "C" fn(i32) -> !,
            tuple: (u8, (), (i8,)),
            slice: &[T],
        ) -> impl Iterator<Item = &T> + use<'_, T, N> {
            std::iter::empty()
        }

        fn private(self) {}

        #[doc(hidden)]
        pub fn hidden(self) {}
    }

    pub struct Pair(pub u8, u8);

    pub struct Unit;

    #[doc(hidden)]
    pub struct Hidden;
}

pub use std::time::Duration;

pub use inner::{Handle, Hidden, Pair, Unit as Renamed};

#[derive(Clone, PartialEq)]
pub enum Error {
    Plain,
    Tuple(u8, String),
    Named { at: usize },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error")
    }
}

impl<T: Send + Sync> From<Handle<T>> for Error {
    fn from(_: Handle<T>) -> Self {
        Self::Plain
    }
}

impl Iterator for Renamed {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        None
    }
}

impl !Send for Pair {}

pub async fn spawn<F>(future: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
    for<'a> &'a F: Send,
{
    future.await
}

pub trait Leaf<X: ?Sized = ()>: Send {
    type Output<'a>: Clone
    where
        Self: 'a;

    const WIDTH: u8 = 1;

    fn required(self: Pin<&mut Self>) -> <Self as Leaf<X>>::Output<'static>;

    fn provided(&self) {}
}

pub unsafe auto trait Auto {}

pub const LIMIT: usize = 1 << 4;

pub static NAME: &str = "sample";

pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[macro_export]
macro_rules! all {
    ($e:expr) => {
        $e
    };
    () => {};
}

pub mod deep {
    pub use super::inner::*;

    pub fn call(once: impl FnOnce() -> u8, pointer: for<'a> fn(&'a u8) -> &'a u8) {}
}

pub union Union {
    pub a: u8,
    b: u16,
}
