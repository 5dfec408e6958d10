//! Who may share a primitive: all threads, or one, which then pays for no atomic instruction.

use std::cell::{OnceCell, RefCell, RefMut};
use std::fmt::Debug;
use std::hint::cold_path;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use crate::primitives::{
    BiasedLock, Held, Inside, LocalTurn, SharedTurn, Turn, const_fn, entered_twice,
};

/// How a primitive is shared: [`Shared`] or [`Local`].
///
/// # Examples
///
/// ```
/// use coweave::sync::{Local, Mode, Shared, any::Semaphore};
///
/// fn permits<M: Mode>(semaphore: &Semaphore<M>) -> usize {
///     semaphore.available_permits()
/// }
///
/// assert_eq!(permits::<Shared>(&coweave::sync::Semaphore::new(2)), 2);
/// assert_eq!(permits::<Local>(&coweave::sync::local::Semaphore::new(3)), 3);
/// ```
pub trait Mode: Parts {}

/// Between any threads.
///
/// # Examples
///
/// ```
/// let mutex: coweave::sync::any::Mutex<u32, coweave::sync::Shared> = coweave::sync::Mutex::new(1);
/// # drop(mutex);
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Shared {}

/// On one thread. What is local is not `Sync`, or not even `Send`, so the compiler sees to it.
///
/// # Examples
///
/// ```
/// let mutex: coweave::sync::any::Mutex<u32, coweave::sync::Local> = coweave::sync::local::Mutex::new(1);
/// # drop(mutex);
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Local {}

impl Mode for Shared {}
impl Mode for Local {}

/// What primitives are made of, for each mode.
pub trait Parts: Sized + Debug + 'static {
    /// A state that is used by one at a time.
    type Cell<T>: Exclusive<T>;
    /// A counted pointer: the system's in models too, for users hold it.
    type Counted<T>: Counted<T>;
    /// A value that is set once.
    type Once<T>: Once<T>;
    /// Whose turn it is of two ends.
    type Turn: Turn;
}

impl Parts for Shared {
    type Cell<T> = SharedCell<T>;
    type Counted<T> = Arc<T>;
    type Once<T> = OnceLock<T>;
    type Turn = SharedTurn;
}

impl Parts for Local {
    type Cell<T> = RefCell<T>;
    type Counted<T> = Rc<T>;
    type Once<T> = OnceCell<T>;
    type Turn = LocalTurn;
}

/// A state that is used by one at a time.
///
/// While it is held no foreign code runs: no waker, no destructor, no clone of a user's value.
pub trait Exclusive<T> {
    /// Gives access until it is dropped.
    type Held<'a>: DerefMut<Target = T>
    where
        Self: 'a;
    /// The same, where nothing but this thread's own use has to be excluded.
    type HeldAlone<'a>: DerefMut<Target = T>
    where
        Self: 'a;
    /// A new one.
    fn new(value: T) -> Self;
    /// Holds the state.
    fn hold(&self) -> Self::Held<'_>;
    /// Holds the state, if that is as simple as it mostly is: who gets nothing uses `hold`.
    fn hold_alone(&self) -> Option<Self::HeldAlone<'_>>;
    /// Uses the state.
    #[inline(always)]
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.hold())
    }
}

/// A state that any thread may use, one at a time.
#[derive(Debug)]
pub struct SharedCell<T>(BiasedLock<T>);

impl<T> SharedCell<T> {
    const_fn! {
        /// As `Exclusive::new`.
        pub(crate) const fn new(value: T) -> Self {
            Self(BiasedLock::new(value))
        }
    }
}

impl<T> Exclusive<T> for SharedCell<T> {
    type Held<'a>
        = Held<'a, T>
    where
        T: 'a;
    type HeldAlone<'a>
        = Inside<'a, T>
    where
        T: 'a;

    fn new(value: T) -> Self {
        Self::new(value)
    }

    #[inline(always)]
    fn hold(&self) -> Held<'_, T> {
        self.0.hold()
    }

    #[inline(always)]
    fn hold_alone(&self) -> Option<Inside<'_, T>> {
        self.0.hold_if_biased()
    }
}

impl<T> Exclusive<T> for RefCell<T> {
    type Held<'a>
        = RefMut<'a, T>
    where
        T: 'a;
    type HeldAlone<'a>
        = RefMut<'a, T>
    where
        T: 'a;

    fn new(value: T) -> Self {
        Self::new(value)
    }

    #[inline(always)]
    fn hold(&self) -> RefMut<'_, T> {
        self.try_borrow_mut().unwrap_or_else(|_| entered_twice())
    }

    #[inline(always)]
    fn hold_alone(&self) -> Option<RefMut<'_, T>> {
        let held = self.try_borrow_mut().ok();
        if held.is_none() {
            cold_path();
        }
        held
    }
}

/// A counted pointer.
pub trait Counted<T>: Clone + Deref<Target = T> {
    /// A new one.
    fn new(value: T) -> Self;
    /// The value, if this is the last pointer to it.
    fn into_inner(self) -> Option<T>;
    /// The value, or the pointer if there are others.
    fn try_unwrap(self) -> Result<T, Self>;
}

impl<T> Counted<T> for Arc<T> {
    fn new(value: T) -> Self {
        Self::new(value)
    }

    fn into_inner(self) -> Option<T> {
        Self::into_inner(self)
    }

    fn try_unwrap(self) -> Result<T, Self> {
        Self::try_unwrap(self)
    }
}

impl<T> Counted<T> for Rc<T> {
    fn new(value: T) -> Self {
        Self::new(value)
    }

    fn into_inner(self) -> Option<T> {
        Self::into_inner(self)
    }

    fn try_unwrap(self) -> Result<T, Self> {
        Self::try_unwrap(self)
    }
}

/// A value that is set once.
pub trait Once<T>: Default {
    /// The value, once it is set.
    fn get(&self) -> Option<&T>;
    /// Sets it, or gives the value back.
    fn set(&self, value: T) -> Result<(), T>;
    /// The value, if it was set.
    fn into_inner(self) -> Option<T>;
    /// Takes the value out, if it was set.
    fn take(&mut self) -> Option<T>;
}

macro_rules! once {
    ($type:ident) => {
        impl<T> Once<T> for $type<T> {
            fn get(&self) -> Option<&T> {
                Self::get(self)
            }

            fn set(&self, value: T) -> Result<(), T> {
                Self::set(self, value)
            }

            fn into_inner(self) -> Option<T> {
                Self::into_inner(self)
            }

            fn take(&mut self) -> Option<T> {
                Self::take(self)
            }
        }
    };
}
once!(OnceLock);
once!(OnceCell);
