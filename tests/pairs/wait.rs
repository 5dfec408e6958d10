//! One wait: how it begins, when it is fulfilled, and what must be left of it once it was given up.

use std::cell::Cell;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use std::sync::Mutex;
use std::task::{Context, Waker};

use coweave::{Instant, sleep_until, spawn_local};
use futures::future::LocalBoxFuture;

pub(crate) type Begun = LocalBoxFuture<'static, ()>;
/// Begins the wait, once more each time; it checks what it is given.
pub(crate) type Begin = Rc<dyn Fn() -> Begun>;
/// Makes a wait that is fulfilled at an instant.
pub(crate) type Make = fn(Instant, Form) -> Wait;

/// What the wait is written in, and what awaits it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    AsyncBlock,
    Coroutine,
}

pub(crate) struct Wait {
    pub(crate) begin: Begin,
    /// Whether others may wait at the same time, and one that is given up passes on what it had.
    pub(crate) has_queue: bool,
    /// Whether it may be fulfilled before it begins.
    pub(crate) may_be_early: bool,
    left: Box<dyn FnOnce(bool) -> Begun>,
}

impl Wait {
    /// What was meant for a wait that was given up is there for the next.
    pub(crate) fn kept(begin: Begin) -> Self {
        let again = begin.clone();
        Self { begin, has_queue: true, may_be_early: true, left: Box::new(move |_| again()) }
    }

    /// What comes while nobody waits is nobody's: the next waits for another, which `fulfil` brings.
    pub(crate) fn forgotten(begin: Begin, fulfil: impl FnOnce() + 'static) -> Self {
        let again = begin.clone();
        let left = Box::new(move |_| -> Begun {
            let mut next = again();
            assert!(poll(&mut next), "nothing is left for the next");
            Box::pin(async move {
                fulfil();
                next.await;
            })
        });
        Self { begin, has_queue: true, may_be_early: false, left }
    }

    /// Only one waits at a time.
    pub(crate) fn alone(self) -> Self {
        Self { has_queue: false, ..self }
    }

    /// As `left` says, which is told whether the wait was fulfilled before it was given up.
    pub(crate) fn left_as(self, left: impl FnOnce(bool) -> Begun + 'static) -> Self {
        Self { left: Box::new(left), ..self }
    }

    /// Checks that nothing was lost, after it was fulfilled.
    pub(crate) fn check_what_is_left(self, was_fulfilled: bool) -> Begun {
        (self.left)(was_fulfilled)
    }
}

/// Polls once, on behalf of nobody: whether it is still pending.
pub(crate) fn poll<F: Future + Unpin>(future: &mut F) -> bool {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

/// Fulfils a wait at an instant.
pub(crate) fn at(instant: Instant, fulfil: impl FnOnce() + 'static) {
    drop(spawn_local(async move {
        sleep_until(instant).await;
        fulfil();
    }));
}

/// Where what is forgotten lies, so that a search for leaks finds it.
static FORGOTTEN: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Lives to the end, so that guards and waits may borrow it.
pub(crate) fn leaked<T>(value: T) -> &'static T {
    let leaked: &'static T = Box::leak(Box::new(value));
    FORGOTTEN.lock().unwrap().push(std::ptr::from_ref(leaked).expose_provenance());
    leaked
}

/// What one wait at a time has to itself, and gives back when it is dropped.
pub(crate) struct Home<T: 'static>(Cell<Option<T>>);

impl<T> Home<T> {
    pub(crate) fn new(value: T) -> &'static Self {
        leaked(Self(Cell::new(Some(value))))
    }

    pub(crate) fn lend(&'static self) -> Lent<T> {
        Lent { home: self, value: Some(self.0.take().expect("one wait at a time")) }
    }
}

pub(crate) struct Lent<T: 'static> {
    home: &'static Home<T>,
    value: Option<T>,
}

impl<T> Deref for Lent<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("it is here until the end")
    }
}

impl<T> DerefMut for Lent<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("it is here until the end")
    }
}

impl<T> Drop for Lent<T> {
    fn drop(&mut self) {
        self.home.0.set(self.value.take());
    }
}

/// A wait with a body, in an `async` block or in a coroutine.
macro_rules! begins {
    ($form:expr, ($($argument:ident: $type:ty),*) $body:block) => {{
        #[coweave::coroutine]
        fn in_coroutine($($argument: &'static $type),*) $body
        let begin: Begin = match $form {
            Form::AsyncBlock => Rc::new(move || Box::pin(async move $body)),
            Form::Coroutine => Rc::new(move || Box::pin(in_coroutine($($argument),*))),
        };
        begin
    }};
}
pub(crate) use begins;
